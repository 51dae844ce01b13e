/** Syntax trees at random: every kind of node, in every place it may stand, with every literal and annotation. */
import type { LiteralType, Syntax, SyntaxAnnotation, SyntaxArgument, SyntaxOp, SyntaxType } from '../../src/language/text/syntax.ts'
import { BINDING } from '../../src/language/text/syntax.ts'

const at = { line: 1, column: 1 }
const NAMES = ['a', 'b', 'n0', 'i', 'value_2', 'for', 'if', 'merge', 'min', 'i64', 'information', 'desc', 'nano', '_x', 'letter']
const OPS = [...BINDING.keys()] as SyntaxOp[]
const STRINGS = ['', 'abc', '"', "'", '\\', '\n\t\r\b\f\0', 'é 漢 😀', '# no comment', '\u2028\u007f', '$0']
const NUMBERS: Record<Exclude<LiteralType, 'bool' | 'str'>, readonly string[]> = {
  i8: ['0', '-128', '127'],
  i16: ['0', '-1', '32767'],
  i32: ['0', '1', '-2147483648'],
  i64: ['0', '-9223372036854775808', '1'],
  i128: ['170141183460469231731687303715884105727', '-1'],
  u8: ['255'],
  u16: ['65535'],
  u32: ['4294967295'],
  u64: ['18446744073709551615'],
  slice: ['4294967296'],
  elements: ['0'],
  f32: ['1.0', '-0.0', '1e+21', 'nan', 'inf', '-inf', '1.50'],
  f64: ['1.0', '-0.0', '1e+21', '2.5e-7', 'nan', 'inf', '-inf', '0.1'],
}

export const randomSyntax = (next: () => number, size: number): Syntax => {
  const below = (n: number): number => Math.floor(next() * n)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make)

  const annotations = (depth: number): { annotations?: SyntaxAnnotation[] } => {
    if (next() > 0.1) return {}
    const keys = ['layout', 'site', 'dense', 'top'].filter(() => next() < 0.4)
    if (keys.length === 0) return {}
    return { annotations: keys.map((key) => ({ key, ...(next() < 0.7 && { value: expression(depth - 1) }), at })) }
  }
  const type = (depth: number, bare = false): SyntaxType => {
    const notes = bare ? {} : annotations(depth)
    const choice = depth <= 0 ? 0 : below(4)
    if (choice === 1) return { kind: 'option', of: type(depth - 1, true), at, ...notes }
    if (choice === 2) return { kind: 'struct', fields: some(3, () => ({ type: type(depth - 1), ...(next() < 0.2 && { initial: expression(depth - 1) }) })), at, ...notes }
    return { kind: 'named', name: pick(NAMES), ...(choice === 3 && { args: some(3, () => argument(depth - 1)) }), at, ...notes }
  }
  const argument = (depth: number): SyntaxArgument => {
    const choice = below(4)
    if (choice === 0) return { argument: 'op', op: pick(OPS.filter((op) => op !== '|')), at }
    if (choice === 1) return { argument: 'value', value: pick([number, () => lambda(depth - 1)])() }
    return { argument: 'type', type: type(depth) }
  }
  /** What stands in brackets as a value begins like one. */
  const number = (): Syntax => {
    const kind = pick(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
    return { syntax: 'literal', type: kind, text: pick(NUMBERS[kind].filter((text) => /\d/.test(text))), at }
  }
  const literal = (): Syntax => {
    if (next() < 0.2) return { syntax: 'literal', type: 'bool', text: pick(['true', 'false']), at }
    if (next() < 0.2) return { syntax: 'literal', type: 'str', text: pick(STRINGS), at }
    const kind = pick(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
    return { syntax: 'literal', type: kind, text: pick(NUMBERS[kind]), at }
  }
  const lambda = (depth: number): Syntax => ({ syntax: 'lambda', params: some(3, () => ({ name: pick(NAMES), ...(next() < 0.5 && { type: type(depth - 1) }), at })), body: expression(depth - 1), at })

  const plain = (depth: number): Syntax => {
    const e = () => expression(depth - 1)
    if (depth <= 0) return next() < 0.5 ? literal() : { syntax: 'name', name: pick(NAMES), at }
    switch (below(13)) {
      case 0:
        return { syntax: 'let', name: pick(NAMES), ...(next() < 0.3 && { type: type(depth - 1) }), value: e(), body: e(), at }
      case 1:
        return lambda(depth)
      case 2:
        return { syntax: 'call', name: pick(NAMES), brackets: some(3, () => argument(depth - 1)), at }
      case 3:
        return { syntax: 'call', name: pick(NAMES), brackets: some(3, () => argument(depth - 1)), args: some(3, e), at }
      case 4:
        return { syntax: 'apply', fn: e(), args: some(3, e), at }
      case 5:
        return { syntax: 'field', of: e(), index: below(12), at }
      case 6:
        return { syntax: 'unary', op: pick(['-', '!']), value: e(), at }
      case 7:
      case 8:
        return { syntax: 'binary', op: pick(OPS), left: e(), right: e(), at }
      case 9:
        return { syntax: 'ascribe', value: e(), type: type(depth - 1), at }
      case 10:
        return { syntax: pick(['struct', 'vec']), items: some(3, e), at }
      case 11:
        return { syntax: 'param', index: below(12), type: type(depth - 1), at }
      default:
        return { syntax: 'call', name: pick(NAMES), args: some(4, e), at }
    }
  }
  const expression = (depth: number): Syntax => ({ ...plain(depth), ...annotations(depth) })
  return expression(size)
}
