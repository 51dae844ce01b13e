/**
 * String functions. Offsets and lengths count code points. Natively each is a call of the runtime on byte slices; LIKE with
 * a constant pattern becomes a comparison, a prefix, suffix or infix test where the pattern is no more than that.
 */
import { binary, literal, select, share, shareAll } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { isInteger, type SqlType, typeName } from '../layout/types.ts'
import { bounded, overflowInto, plain, rangeOf, runtime, widenIr } from './lowering.ts'
import { type ExprDef, type Lowered, refuse } from './registry.ts'
import * as text from './strings-text.ts'
import { isWide } from './values.ts'

type Kind = 'string' | 'int' | 'bool'
const is = (kind: Kind, t: SqlType): boolean => (kind === 'int' ? isInteger(t) : t.kind === kind)

/** The type rule of a signature; arguments after the first `least` may be left out. */
export const signature = (fn: string, params: readonly Kind[], result: Kind, least = params.length): ExprDef['type'] => (args, type) =>
  (args.length >= least && args.length <= params.length && is(result, type) && args.every((a, i) => is(params[i] as Kind, a))) ||
  refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(type)} is not defined`)

export const asInteger = (type: SqlType): ((n: number) => number | bigint) => (isWide(type) ? BigInt : (n) => n)
const counts = (max: bigint) => ({ min: 0n, max })
const MOST = counts((1n << 31n) - 1n)

/** An integer argument as i64; what is wider than 64 bits is no offset. */
export const i64Of = (x: Lowered): Ir | undefined => (x.ir.type === 'i128' ? undefined : widenIr(x.ir, 'i64'))

export const length_: ExprDef = {
  doc: 'The number of code points.',
  type: signature('length', ['string'], 'int'),
  eval: ({ type }) => {
    const to = asInteger(type)
    return (s: string) => to(text.length(s))
  },
  lower: ([s], site, cx) => bounded(runtime('str_length', (s as Lowered).ir), MOST, overflowInto(site), cx),
}

const ALL = 9223372036854775807n
const i64 = (v: bigint): Ir => literal('i64', v)
/** As strings-text.ts does it: far beyond any string, and no sum of two leaves 64 bits. */
const clamped = (x: Ir): Ir => binary('max', binary('min', x, i64(text.FAR)), i64(-text.FAR))

/** The window of strings-text.ts, cut to what the runtime takes: from 1, and no negative length. */
const windowOf = (s: Ir, offset: Ir, count: Ir): Ir =>
  shareAll([s, clamped(offset), clamped(count)], ([t, o, n]) => {
    const [text, at, size] = [t as Ir, o as Ir, n as Ir]
    const fromEnd = binary('+', widenIr(runtime('str_length', text), 'i64'), at)
    const start = select(binary('>', at, i64(0n)), binary('-', at, i64(1n)), select(binary('<', at, i64(0n)), fromEnd, i64(-1n)))
    return share(start, (b) => share(binary('+', b, size), (e) => share(binary('max', binary('min', b, e), i64(0n)), (low) => {
      const room = binary('max', binary('-', binary('max', b, e), low), i64(0n))
      return runtime('str_substring', text, binary('+', low, i64(1n)), room)
    })))
  })

export const substring: ExprDef = {
  doc: 'Code points from an offset, arguments (text, offset) or (text, offset, length): 1-based, 0 is one before the first, negative offsets count from the end, negative lengths reach back from the offset.',
  type: signature('substring', ['string', 'int', 'int'], 'string', 2),
  eval: () => (s: string, offset: number | bigint, count?: number | bigint) => text.substring(s, Number(offset), count === undefined ? Number.POSITIVE_INFINITY : Number(count)),
  lower: ([s, offset, count], site) => {
    const [from, n] = [i64Of(offset as Lowered), count === undefined ? i64(ALL) : i64Of(count)]
    if (from === undefined || n === undefined) return refuse('substring', 'offsets of 128 bits')
    const simple = rangeOf(offset as Lowered).min >= 1n && (count === undefined || rangeOf(count).min >= 0n)
    return plain(simple ? runtime('str_substring', (s as Lowered).ir, from, n) : windowOf((s as Lowered).ir, from, n), site.type)
  },
}

export const left: ExprDef = {
  doc: 'The first n code points; for n < 0 all but the last −n.',
  type: signature('left', ['string', 'int'], 'string'),
  eval: () => (s: string, n: number | bigint) => text.left(s, Number(n)),
  lower: ([s, count], site) => {
    const n = i64Of(count as Lowered)
    if (n === undefined) return refuse('left', 'lengths of 128 bits')
    const zero = literal('i64', 0n)
    const ir = share((s as Lowered).ir, (t) => share(n, (k) => {
      if (rangeOf(count as Lowered).min >= 0n) return runtime('str_substring', t, literal('i64', 1n), k)
      const fewer = binary('max', binary('+', widenIr(runtime('str_length', t), 'i64'), k), zero)
      return runtime('str_substring', t, literal('i64', 1n), select(binary('<', k, zero), fewer, k))
    }))
    return plain(ir, site.type)
  },
}

export const right: ExprDef = {
  doc: 'The last n code points; for n < 0 all but the first −n.',
  type: signature('right', ['string', 'int'], 'string'),
  eval: () => (s: string, n: number | bigint) => text.right(s, Number(n)),
  lower: ([s, count], site) => {
    const n = i64Of(count as Lowered)
    if (n === undefined) return refuse('right', 'lengths of 128 bits')
    const one = literal('i64', 1n)
    // From where: after the first −n, or n before the end, but not before the first.
    const ir = share((s as Lowered).ir, (t) => share(clamped(n), (k) => {
      const back = binary('max', binary('-', widenIr(runtime('str_length', t), 'i64'), k), literal('i64', 0n))
      const skipped = select(binary('<', k, literal('i64', 0n)), binary('-', literal('i64', 0n), k), back)
      return runtime('str_substring', t, binary('+', skipped, one), literal('i64', ALL))
    }))
    return plain(ir, site.type)
  },
}

export const concat: ExprDef = {
  doc: 'The strings one after the other; NULL where one is NULL.',
  type: (args, result) => (args.length >= 1 && [...args, result].every((t) => t.kind === 'string')) || refuse('concat', 'concat takes strings and gives a string'),
  eval: () => (...parts: readonly string[]) => parts.join(''),
  lower: (args, site) => plain(args.map((a) => a.ir).reduce((a, b) => runtime('str_concat', a, b)), site.type),
}

const trimming = (fn: string, sides: text.Sides, where: string): ExprDef => ({
  doc: `Without the spaces (Unicode's) ${where}, or without the characters of a second argument.`,
  type: signature(fn, ['string', 'string'], 'string', 1),
  eval: () => (s: string, set?: string) => text.trim(s, set ?? text.SPACES, sides),
  lower: ([s, set], site, cx) => plain(runtime('str_trim', (s as Lowered).ir, set === undefined ? cx.param('str', text.SPACES) : set.ir, literal('i32', sides)), site.type),
})
export const trim = trimming('trim', 3, 'at both ends')
export const ltrim = trimming('ltrim', 1, 'at the start')
export const rtrim = trimming('rtrim', 2, 'at the end')

export const replace: ExprDef = {
  doc: 'Every occurrence of the second argument replaced by the third; an empty second changes nothing.',
  type: signature('replace', ['string', 'string', 'string'], 'string'),
  eval: () => text.replace,
  lower: ([s, from, to], site) => plain(runtime('str_replace', (s as Lowered).ir, (from as Lowered).ir, (to as Lowered).ir), site.type),
}

type Find = 'str_starts_with' | 'str_ends_with' | 'str_contains'
const finding = (fn: string, call: Find, find: (s: string, part: string) => boolean, doc: string): ExprDef => ({
  doc,
  type: signature(fn, ['string', 'string'], 'bool'),
  eval: () => find,
  lower: ([s, part], site) => plain(runtime(call, (s as Lowered).ir, (part as Lowered).ir), site.type),
})
export const starts_with = finding('starts_with', 'str_starts_with', (s, p) => s.startsWith(p), 'Whether the first argument begins with the second.')
export const ends_with = finding('ends_with', 'str_ends_with', (s, p) => s.endsWith(p), 'Whether the first argument ends with the second.')
export const contains = finding('contains', 'str_contains', (s, p) => s.includes(p), 'Whether the first argument contains the second.')

export const position: ExprDef = {
  doc: 'Where the second argument first occurs in the first, from 1 in code points; 0 where it does not, 1 for the empty string.',
  type: signature('position', ['string', 'string'], 'int'),
  eval: ({ type }) => {
    const to = asInteger(type)
    return (s: string, part: string) => to(text.position(s, part))
  },
  lower: ([s, part], site, cx) => bounded(runtime('str_position', (s as Lowered).ir, (part as Lowered).ir), MOST, overflowInto(site), cx),
}

const LIKE_CALLS = { equal: 'str_eq', prefix: 'str_starts_with', suffix: 'str_ends_with', contains: 'str_contains' } as const

export const like: ExprDef = {
  doc: 'Whether the first argument matches the pattern: % any run of code points, _ one; `escape`: the character that takes the next literally (default none).',
  flags: ['escape'],
  type: signature('like', ['string', 'string'], 'bool'),
  eval: ({ flags }) => {
    let pattern: string | undefined
    let match: (s: string) => boolean = () => false
    return (s: string, p: string) => {
      if (p !== pattern) {
        match = text.likeMatcher(p, flags.escape ?? '')
        pattern = p
      }
      return match(s)
    }
  },
  lower: ([s, pattern], site, cx) => {
    const [subject, p] = [s as Lowered, pattern as Lowered]
    const escape = site.flags.escape ?? ''
    if (escape.length > 1 || escape.charCodeAt(0) > 127) return refuse('like', 'the escape is not one ASCII character')
    const shape = typeof p.constant === 'string' ? text.likeShape(p.constant, escape) : undefined
    if (shape !== undefined) return plain(runtime(LIKE_CALLS[shape.kind], subject.ir, cx.param('str', shape.text)), site.type)
    // A pattern that ends in its escape is an error where matching comes to it: only the interpreter says that.
    if (escape !== '' && (typeof p.constant !== 'string' || text.endsInEscape(p.constant, escape))) return refuse('like', 'the pattern may end in its escape')
    return plain(runtime('str_like', subject.ir, p.ir, literal('i32', escape === '' ? -1 : escape.charCodeAt(0))), site.type)
  },
}
