/** Strings made of strings and of code points: case, padding, repetition, joining, splitting. */
import { binary, both, either, FALSE, i32, ifElse, literal, not, option, raise, select, share, unary, valid, value, zero } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import { isInteger, STRING } from '../layout/types.ts'
import { bounded, named, overflowInto, plain, rangeOf, runtime, widen, widenIr } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, refuse, type Value } from './registry.ts'
import { asInteger, i64Of, signature } from './strings.ts'
import * as text from './strings-text.ts'
import * as build from './strings-build-text.ts'

const cased = (fn: string, lower: 0 | 1, map: (s: string) => string, doc: string): ExprDef => ({
  doc,
  type: signature(fn, ['string'], 'string'),
  eval: () => map,
  lower: ([s]) => plain(runtime('str_case', (s as Lowered).ir, i32(lower)), STRING),
})
export const lower = cased('lower', 1, text.lower, "Lower case, by Unicode's mapping of single code points.")
export const upper = cased('upper', 0, text.upper, "Upper case, by Unicode's mapping of single code points.")

const NO_PADDING = 'there is nothing to fill up with'
const padding = (fn: string, left: boolean, where: string): ExprDef => ({
  doc: `Cut, or filled up ${where} with the code points of the third argument over and over, to so many code points; raises RAISED where those are needed and there are none.`,
  type: signature(fn, ['string', 'int', 'string'], 'string'),
  eval: () => (s: string, count: number | bigint, fill: string) => {
    const padded = build.pad(s, Number(count), fill, left)
    if (padded === undefined) throw new EvalError('RAISED', NO_PADDING)
    return padded
  },
  lower: ([s, count, fill], _site, cx) => {
    const n = i64Of(count as Lowered)
    if (n === undefined) return refuse(fn, 'lengths of 128 bits')
    const with_ = fill as Lowered
    const padded = (t: Ir, k: Ir, f: Ir) => runtime('str_pad', t, k, f, i32(left ? 1 : 0))
    if (typeof with_.constant === 'string' && with_.constant !== '') return plain(padded((s as Lowered).ir, n, with_.ir), STRING)
    return plain(share((s as Lowered).ir, (t) => share(n, (k) => share(with_.ir, (f) => {
      const short = both(binary('==', unary('length', f), i32(0)), binary('<', widenIr(runtime('str_length', t), 'i64'), k))
      return ifElse(short, raise('str', 'RAISED', cx.site('RAISED', NO_PADDING)), padded(t, k, f))
    }))), STRING)
  },
})
export const lpad = padding('lpad', true, 'at the start')
export const rpad = padding('rpad', false, 'at the end')

export const repeat: ExprDef = {
  doc: 'The string so many times; the empty string for fewer than one.',
  type: signature('repeat', ['string', 'int'], 'string'),
  eval: () => (s: string, count: number | bigint) => {
    const repeated = build.repeat(s, Number(count))
    if (repeated === undefined) throw new EvalError('MEMORY_EXCEEDED', 'the text is too long')
    return repeated
  },
  lower: ([s, count]) => {
    const n = i64Of(count as Lowered)
    return n === undefined ? refuse('repeat', 'counts of 128 bits') : plain(runtime('str_repeat', (s as Lowered).ir, n), STRING)
  },
}

export const reverse: ExprDef = {
  doc: 'The code points from the last to the first.',
  type: signature('reverse', ['string'], 'string'),
  eval: () => build.reverse,
  lower: ([s]) => plain(runtime('str_reverse', (s as Lowered).ir), STRING),
}

export const concat_ws: ExprDef = {
  doc: 'The arguments after the first that are not NULL, with the first between them; NULL where that is NULL.',
  type: (args, result) => (args.length >= 2 && [...args, result].every((t) => t.kind === 'string')) || refuse('concat_ws', 'concat_ws takes a separator and strings, and gives a string'),
  strict: false,
  eval: () => (separator: string | null, ...parts: readonly (string | null)[]): Value => (separator === null ? null : parts.filter((p) => p !== null).join(separator)),
  lower: ([separator, ...parts], site) => {
    const between = (separator as Lowered).ir
    /** What is joined so far, and whether there is any. */
    const go = (i: number, done: Ir, some: Ir, by: Ir): Ir => {
      const part = parts[i]
      if (part === undefined) return done
      return named(part.ir, (p) => {
        const joined = share(value(p), (v) => ifElse(some, runtime('str_concat', runtime('str_concat', done, by), v), v))
        return share(ifElse(valid(p), joined, done), (next) => share(either(some, valid(p)), (any) => go(i + 1, next, any, by)))
      })
    }
    const ir = named(between, (b) => share(value(b), (by) => {
      const all = go(0, zero('str'), FALSE, by)
      return isOption(b.type) ? option(all, valid(b)) : all
    }))
    return plain(ir, site.type)
  },
}

const firstPoint = (fn: string, ofEmpty: 0 | -1, doc: string): ExprDef => ({
  doc,
  type: (args, result) => (args.length === 1 && args[0]?.kind === 'string' && (result.kind === 'int32' || result.kind === 'int64')) || refuse(fn, `${fn} takes a string and gives an int32 or int64`),
  eval: ({ type }) => {
    const to = asInteger(type)
    return (s: string) => to(s.codePointAt(0) ?? ofEmpty)
  },
  lower: ([s], site, cx) => {
    const point = runtime('str_point', (s as Lowered).ir)
    return bounded(ofEmpty === 0 ? binary('max', point, i32(0)) : point, { min: BigInt(ofEmpty), max: 0x10ffffn }, overflowInto(site), cx)
  },
})
export const ascii = firstPoint('ascii', 0, 'The first code point; 0 of the empty string.')
export const unicode = firstPoint('unicode', -1, 'The first code point; −1 of the empty string.')

const NO_POINT = 'not a code point'
export const chr: ExprDef = {
  doc: 'The string of one code point; raises RAISED for what is none.',
  type: signature('chr', ['int'], 'string'),
  eval: () => (point: number | bigint) => {
    const p = Number(point)
    if (p < 0 || p > 0x10ffff || (p >= 0xd800 && p < 0xe000)) throw new EvalError('RAISED', NO_POINT)
    return String.fromCodePoint(p)
  },
  lower: ([point], _site, cx) => {
    const p = point as Lowered
    const n = i64Of(p)
    if (n === undefined) return refuse('chr', 'numbers of 128 bits')
    const { min, max } = rangeOf(p)
    if (min >= 0n && max < 0xd800n) return plain(runtime('str_chr', widen(p, 'i32')), STRING)
    const at = (v: number) => literal('i64', BigInt(v))
    return plain(share(n, (x) => {
      const inside = both(binary('>=', x, at(0)), binary('<=', x, at(0x10ffff)))
      const half = both(binary('>=', x, at(0xd800)), binary('<', x, at(0xe000)))
      return ifElse(both(inside, not(half)), runtime('str_chr', widenIr(x, 'i32')), raise('str', 'RAISED', cx.site('RAISED', NO_POINT)))
    }), STRING)
  },
}

export const octet_length: ExprDef = {
  doc: 'The number of bytes, in UTF-8.',
  type: signature('octet_length', ['string'], 'int'),
  eval: ({ type }) => {
    const to = asInteger(type)
    return (s: string) => to(Buffer.byteLength(s))
  },
  lower: ([s], site, cx) => bounded(unary('length', (s as Lowered).ir), { min: 0n, max: (1n << 31n) - 1n }, overflowInto(site), cx),
}

export const translate: ExprDef = {
  doc: 'Each code point that the second argument holds becomes the one at its place in the third, or goes where that is shorter.',
  type: signature('translate', ['string', 'string', 'string'], 'string'),
  eval: () => build.translate,
  lower: ([s, from, to]) => plain(runtime('str_translate', (s as Lowered).ir, (from as Lowered).ir, (to as Lowered).ir), STRING),
}

export const split_part: ExprDef = {
  doc: 'The part of that number between separators, arguments (text, separator, number): from 1, from −1 backwards; the empty string where there is none. An empty separator parts all code points.',
  type: (args, result) => (args.length === 3 && args[0]?.kind === 'string' && args[1]?.kind === 'string' && isInteger(args[2] ?? STRING) && result.kind === 'string') || refuse('split_part', 'split_part takes two strings and an integer'),
  eval: () => (s: string, separator: string, number: number | bigint) => build.splitPart(s, separator, Number(number)),
  lower: ([s, separator, number]) => {
    const n = i64Of(number as Lowered)
    if (n === undefined) return refuse('split_part', 'numbers of 128 bits')
    const clamped = select(binary('<', n, literal('i64', -(1n << 40n))), literal('i64', 0n), n)
    return plain(runtime('str_split_part', (s as Lowered).ir, (separator as Lowered).ir, rangeOf(number as Lowered).min < -(1n << 40n) ? clamped : n), STRING)
  },
}
