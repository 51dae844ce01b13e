/** Annotations of hand-written text: hints, and how `sort` sorts. What belongs to programs is refused, and so is a slip of the pen. */
import type { Annotations } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import type { Syntax } from '../text/syntax.ts'
import { literalValue } from './literal.ts'

type Value = 'flag' | 'number' | 'word'
const KNOWN: Readonly<Record<string, Value>> = {
  descending: 'flag',
  staged: 'flag',
  predicate: 'flag',
  vectorize: 'flag',
  branch_selectivity: 'number',
  loopsize: 'number',
  grain_size: 'number',
  size: 'number',
  impl: 'word',
}
const EXPECTED: Record<Value, string> = { flag: 'true or false', number: 'a number', word: 'a word' }

const valueOf = (s: Syntax | undefined, kind: Value): string | number | boolean | undefined => {
  if (!s) return kind === 'flag' ? true : undefined
  if (s.syntax === 'name') return kind === 'word' ? s.name : undefined
  if (s.syntax !== 'literal') return undefined
  const value = literalValue(s)
  if (kind === 'flag') return typeof value === 'boolean' ? value : undefined
  if (kind === 'word') return typeof value === 'string' ? value : undefined
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined
}

export const readAnnotations = (s: Syntax): Annotations | undefined => {
  if (!s.annotations?.length) return undefined
  return Object.fromEntries(
    s.annotations.map(({ key, value, at }) => {
      const kind = Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined
      if (!kind) throw typeError(at, `expected an annotation of kernels (${Object.keys(KNOWN).join(', ')}), found '${key}'`)
      if (key === 'descending' && !(s.syntax === 'call' && s.name === 'sort')) throw typeError(at, "expected a sort before 'descending'")
      const read = valueOf(value, kind)
      if (read === undefined) throw typeError(value?.at ?? at, `expected ${EXPECTED[kind]} for ${key}`)
      return [key, read]
    }),
  )
}
