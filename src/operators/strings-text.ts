/**
 * Reference semantics of the string functions, by code points as DuckDB counts them. Case mapping is Unicode's simple one,
 * a code point to a code point, which JavaScript's full mapping is not; what differs is listed.
 */
import { EvalError } from './registry.ts'

const ASTRAL = /[\ud800-\udfff]/
const ASCII = /^[\0-\x7f]*$/

/** How many code points. */
export const length = (text: string): number => {
  if (!ASTRAL.test(text)) return text.length
  let n = 0
  for (const _ of text) n++
  return n
}

const slicePoints = (text: string, start: number, end: number): string => (ASTRAL.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end))

/** Further than any string is long. */
export const FAR = 1n << 50n
const clamp = (x: number): number => Math.max(Math.min(x, Number(FAR)), -Number(FAR))

/**
 * A window on the code points, which may stick out at both ends: it starts at the 1-based offset, counted from the end where
 * negative (0 is one before the first), and reaches back from there where the length is negative.
 */
export const substring = (text: string, at: number, size: number): string => {
  const [offset, count] = [clamp(at), clamp(size)]
  const start = offset > 0 ? offset - 1 : offset < 0 ? length(text) + offset : -1
  const [from, to] = count < 0 ? [start + count, start] : [start, start + count]
  return to <= 0 ? '' : slicePoints(text, Math.max(0, from), to)
}

/** The first n code points, or all but the last −n. */
export const left = (text: string, n: number): string => slicePoints(text, 0, n >= 0 ? n : Math.max(0, length(text) + n))
/** The last n code points, or all but the first −n. */
export const right = (text: string, n: number): string => slicePoints(text, n >= 0 ? Math.max(0, length(text) - n) : -n, length(text))

/** 1 + the code points before the first occurrence, 0 if there is none. */
export const position = (text: string, part: string): number => {
  const at = text.indexOf(part)
  return at < 0 ? 0 : length(text.slice(0, at)) + 1
}

/** Code points younger than the Unicode version DuckDB maps by: left as they are on every Node. */
const YOUNG = /[\u019b\u0264\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2-\ua7d5\ua7da-\ua7dc\u{10d50}-\u{10d85}\u{16ea0}-\u{16ed3}]/u
const UPPER: ReadonlyMap<string, string> = new Map([
  ['ß', 'ẞ'],
  ...[0x1f80, 0x1f90, 0x1fa0].flatMap((base) => Array.from({ length: 8 }, (_, i): [string, string] => [String.fromCodePoint(base + i), String.fromCodePoint(base + i + 8)])),
  ['ᾳ', 'ᾼ'],
  ['ῃ', 'ῌ'],
  ['ῳ', 'ῼ'],
])
const LOWER: ReadonlyMap<string, string> = new Map([['İ', 'i']])

const simpleMapping = (full: (text: string) => string, exceptions: ReadonlyMap<string, string>) => {
  const one = (point: string): string => {
    const listed = exceptions.get(point)
    if (listed !== undefined) return listed
    const mapped = full(point)
    return YOUNG.test(point) || length(mapped) !== 1 ? point : mapped
  }
  return (text: string): string => (ASCII.test(text) ? full(text) : Array.from(text, one).join(''))
}
export const upper = simpleMapping((text) => text.toUpperCase(), UPPER)
export const lower = simpleMapping((text) => text.toLowerCase(), LOWER)

/** What trim takes away when it is not told: Unicode's space separators. */
export const SPACES = ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
export type Sides = 1 | 2 | 3

/** sides & 1: the start, sides & 2: the end. */
export const trim = (text: string, set: string, sides: Sides): string => {
  const drop = new Set(set)
  const points = Array.from(text)
  let start = 0
  let end = points.length
  if (sides & 1) while (start < end && drop.has(points[start] as string)) start++
  if (sides & 2) while (end > start && drop.has(points[end - 1] as string)) end--
  return points.slice(start, end).join('')
}

export const replace = (text: string, from: string, to: string): string => (from === '' ? text : text.replaceAll(from, () => to))

type Token = { readonly any: 'one' | 'run' } | { readonly text: string } | { readonly end: true }

const tokens = (pattern: string, escape: string): readonly Token[] => {
  const out: Token[] = []
  const points = Array.from(pattern)
  for (let i = 0; i < points.length; i++) {
    const p = points[i] as string
    if (p === escape) {
      const next = points[++i]
      out.push(next === undefined ? { end: true } : { text: next })
    } else if (p === '%') {
      if (out.at(-1) === undefined || !('any' in (out.at(-1) as Token)) || (out.at(-1) as { any: string }).any !== 'run') out.push({ any: 'run' })
    } else out.push(p === '_' ? { any: 'one' } : { text: p })
  }
  return out
}

export const endsInEscape = (pattern: string, escape: string): boolean => tokens(pattern, escape).some((t) => 'end' in t)

/** A pattern, made ready: `%` any run, `_` one code point, the escape takes the next literally. */
export const likeMatcher = (pattern: string, escape: string): ((text: string) => boolean) => {
  const parts = tokens(pattern, escape)
  if (endsInEscape(pattern, escape)) return (text) => matchTokens(parts, Array.from(text))
  const pieces: Token[][] = [[]]
  for (const t of parts) {
    if ('any' in t && t.any === 'run') pieces.push([])
    else (pieces.at(-1) as Token[]).push(t)
  }
  const [head, ...found] = pieces.map(piece) as [Piece, ...Piece[]]
  const tail = found.pop()
  if (tail === undefined) return (text) => head.start(text) === text.length
  // Each piece at its first place after the one before: no other choice can do better, so nothing is tried twice.
  return (text) => {
    let at = head.start(text)
    for (let i = 0; at >= 0 && i < found.length; i++) at = (found[i] as Piece).after(text, at)
    return at >= 0 && tail.end(text, at)
  }
}

/** What stands between two runs; positions are in UTF-16 units, −1: not found. */
interface Piece {
  /** Where it ends, when the text begins with it. */
  readonly start: (text: string) => number
  /** Where it ends, at its first place from `from` on. */
  readonly after: (text: string, from: number) => number
  /** Whether the text from `from` on ends with it. */
  readonly end: (text: string, from: number) => boolean
}

const piece = (parts: readonly Token[]): Piece => {
  const literal = parts.map((t) => ('text' in t ? t.text : '')).join('')
  if (parts.every((t) => 'text' in t)) {
    return {
      start: (text) => (text.startsWith(literal) ? literal.length : -1),
      after: (text, from) => {
        const at = text.indexOf(literal, from)
        return at < 0 ? -1 : at + literal.length
      },
      end: (text, from) => text.length - from >= literal.length && text.endsWith(literal),
    }
  }
  const source = parts.map((t) => ('text' in t ? t.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : '[^]')).join('')
  const from = (regexp: RegExp) => (text: string, at: number) => {
    regexp.lastIndex = at
    return regexp.test(text) ? regexp.lastIndex : -1
  }
  const [start, after, end] = [from(new RegExp(source, 'uy')), from(new RegExp(source, 'ug')), from(new RegExp(`${source}$`, 'ug'))]
  return { start: (text) => start(text, 0), after, end: (text, at) => end(text, at) >= 0 }
}

/** The same, step by step, for the pattern that ends in its escape: an error where matching reaches it. */
const matchTokens = (parts: readonly Token[], points: readonly string[]): boolean => {
  const go = (i: number, j: number): boolean => {
    for (; i < parts.length && j < points.length; i++) {
      const t = parts[i] as Token
      if ('end' in t) throw new EvalError('RAISED', 'a LIKE pattern must not end with its escape character')
      if ('any' in t && t.any === 'run') {
        if (i + 1 === parts.length) return true
        for (; j < points.length; j++) if (go(i + 1, j)) return true
        return false
      }
      if ('text' in t && t.text !== points[j]) return false
      j++
    }
    return j === points.length && parts.slice(i).every((t) => 'any' in t && t.any === 'run')
  }
  return go(0, 0)
}

export type LikeShape = { readonly kind: 'equal' | 'prefix' | 'suffix' | 'contains'; readonly text: string }

/** What a pattern comes down to without `_`, where it is as simple as that. */
export const likeShape = (pattern: string, escape: string): LikeShape | undefined => {
  const parts = tokens(pattern, escape)
  if (parts.some((t) => 'end' in t || ('any' in t && t.any === 'one'))) return undefined
  const runs = parts.flatMap((t, i) => ('any' in t ? [i] : []))
  const text = parts.map((t) => ('text' in t ? t.text : '')).join('')
  const last = parts.length - 1
  if (runs.length === 0) return { kind: 'equal', text }
  if (runs.length === 1) return runs[0] === last ? { kind: 'prefix', text } : runs[0] === 0 ? { kind: 'suffix', text } : undefined
  return runs.length === 2 && runs[0] === 0 && runs[1] === last ? { kind: 'contains', text } : undefined
}
