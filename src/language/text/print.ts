/**
 * Syntax → text, in one canonical form: reading the text gives the tree again, and printing that gives the text again.
 * Parentheses stand only where they are needed.
 */
import { BREAK, beginning, type Doc, group, inner, listed, NOTHING, render, row, SPACE } from './layout.ts'
import { BINDING, type LiteralType, type Syntax, type SyntaxAnnotation, type SyntaxArgument, type SyntaxOf, type SyntaxParam, type SyntaxProgram, type SyntaxType } from './syntax.ts'

const SUFFIX: Partial<Record<LiteralType, string>> = { bool: '', i32: '', f64: '', i64: 'L', i128: 'W', f32: 'F', slice: 'S', elements: 'V' }

/** Where an expression stands: a let needs STATEMENT, a lambda ARGUMENT; then the operators by binding; then what takes `.$0`. */
const STATEMENT = 0
const ARGUMENT = 1
const UNARY = 12
const OPERAND = 13

const levelOf = (s: Syntax): number => {
  if (s.syntax === 'let') return STATEMENT
  if (s.syntax === 'lambda') return ARGUMENT
  if (s.syntax === 'binary') return (BINDING.get(s.op) ?? 0) + 1
  return s.syntax === 'unary' ? UNARY : OPERAND
}

const literal = (s: SyntaxOf<'literal'>): string => (s.type === 'str' ? JSON.stringify(s.text) : s.text + (SUFFIX[s.type] ?? s.type))

const annotations = (all: readonly SyntaxAnnotation[] | undefined): Doc[] =>
  all?.length ? [' @(', ...all.flatMap((a, i) => [i ? ', ' : '', a.key, ...(a.value ? [': ', expression(a.value, ARGUMENT)] : [])]), ')'] : []

const inline = (docs: readonly Doc[]): Doc => row(...docs.flatMap((d, i) => (i ? [', ', d] : [d])))

const argument = (a: SyntaxArgument): Doc => (a.argument === 'type' ? typeDoc(a.type) : a.argument === 'op' ? a.op : expression(a.value, ARGUMENT))
const brackets = (args: readonly SyntaxArgument[] | undefined): Doc => (args ? row('[', inline(args.map(argument)), ']') : '')

const typeDoc = (t: SyntaxType): Doc => {
  const plain = (): Doc => {
    if (t.kind === 'named') return row(t.name, brackets(t.args))
    if (t.kind === 'struct') return row('{', inline(t.fields.map((f) => (f.initial ? row(typeDoc(f.type), ' = ', expression(f.initial, ARGUMENT)) : typeDoc(f.type)))), '}')
    return row('?', typeDoc(t.of))
  }
  return row(plain(), ...annotations(t.annotations))
}

const params = (all: readonly SyntaxParam[]): Doc => (all.length ? row('|', inline(all.map((p) => (p.type ? row(p.name, ': ', typeDoc(p.type)) : p.name))), '|') : '||')
const lambda = (s: SyntaxOf<'lambda'>): Doc => row(params(s.params), inner(SPACE, expression(s.body, STATEMENT)))

/** `(a, b)`; where the last is a lambda, only its body goes to a line of its own. */
const parenthesised = (open: string, items: readonly Syntax[], close: string): Doc => {
  const last = items.at(-1)
  if (last?.syntax === 'lambda' && !last.annotations?.length && items.length > 1) {
    return group(open, ...items.slice(0, -1).flatMap((i) => [group(expression(i, ARGUMENT)), ', ']), lambda(last), close)
  }
  return group(open, inner(NOTHING, listed(items.map((i) => expression(i, ARGUMENT)))), close)
}

/** Each on a line of its own; in parentheses only where they do not fit on one. */
const lets = (s: SyntaxOf<'let'>, line: Doc): Doc => {
  const body = s.body.syntax === 'let' && !s.body.annotations?.length ? lets(s.body, line) : expression(s.body, STATEMENT)
  return row(`let ${s.name}`, s.type ? row(': ', typeDoc(s.type)) : '', ' = ', group(inner(expression(s.value, ARGUMENT))), ';', line, body)
}

const unary = (s: SyntaxOf<'unary'>): Doc => {
  const value = expression(s.value, UNARY)
  // `-1` is a literal, and `-!` an operator.
  return row(s.op, s.op === '-' && /^(?:\d|inf|!)/.test(beginning(value)) ? row('(', value, ')') : value)
}

const plain = (s: Syntax): Doc => {
  switch (s.syntax) {
    case 'literal':
      return literal(s)
    case 'name':
      return s.name
    case 'param':
      return row(`$${s.index}: `, typeDoc(s.type))
    case 'let':
      return lets(s, BREAK)
    case 'lambda':
      return group(lambda(s))
    case 'call':
      return row(s.name, brackets(s.brackets), s.args ? parenthesised('(', s.args, ')') : '')
    case 'apply':
      return row(s.fn.syntax === 'name' || s.fn.syntax === 'call' ? row('(', expression(s.fn, STATEMENT), ')') : expression(s.fn, OPERAND), parenthesised('(', s.args, ')'))
    case 'field':
      return row(expression(s.of, OPERAND), `.$${s.index}`)
    case 'unary':
      return unary(s)
    case 'binary': {
      const level = levelOf(s)
      return group(expression(s.left, level), inner(SPACE, `${s.op} `, expression(s.right, level + 1)))
    }
    case 'ascribe':
      return row(expression(s.value, OPERAND), ': ', typeDoc(s.type))
    case 'struct':
      return parenthesised('{', s.items, '}')
    case 'vec':
      return parenthesised('[', s.items, ']')
  }
}

const expression = (s: Syntax, level: number): Doc => {
  const apart = levelOf(s) < level || (s.annotations?.length && levelOf(s) < OPERAND)
  const written = apart && s.syntax === 'let' ? group(inner(lets(s, SPACE))) : plain(s)
  if (!s.annotations?.length) return apart ? row('(', written, ')') : written
  // An annotation belongs to the operand or type it follows.
  const bare = levelOf(s) === OPERAND && s.syntax !== 'ascribe' && s.syntax !== 'param'
  return row(...(bare ? [written] : ['(', written, ')']), ...annotations(s.annotations))
}

export const print = (s: Syntax): string => render(expression(s, STATEMENT))
export const printType = (t: SyntaxType): string => render(typeDoc(t))
export const printStatements = (p: SyntaxProgram): string => {
  const notes = annotations(p.annotations)
  const lines = p.statements.map((s) => row(`let ${s.name} = `, group(expression(s.value, ARGUMENT)), ';'))
  return [...(notes.length ? [render(row(...notes)).slice(1)] : []), ...lines.map(render)].map((line) => `${line}\n`).join('')
}
