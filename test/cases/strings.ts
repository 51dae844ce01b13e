/** Cases of src/operators/strings.ts and error.ts. */
import { c, type Case, raises, type Typed } from './case.ts'

const s = (value: string | null): Typed => ['string', value]
const n = (value: string | null): Typed => ['int64', value]
const str = (args: readonly (string | null)[], result: string | null, alone?: string): Case => c(args.map(s), s(result), alone === undefined ? {} : { alone })
const is = (args: readonly (string | null)[], result: boolean | null, escape?: string): Case => c(args.map(s), ['bool', result], escape === undefined ? {} : { flags: { escape } })
const cut = (text: string | null, offset: number, length: number | undefined, result: string | null): Case => c([s(text), n(String(offset)), ...(length === undefined ? [] : [n(String(length))])], s(result))
const side = (text: string | null, count: number, result: string | null): Case => c([s(text), n(String(count))], s(result))
const n32 = (value: number | null): Typed => ['int32', value]
const padded = (text: string | null, count: number, fill: string | null, result: string | null): Case => c([s(text), n32(count), s(fill)], s(result))
const part = (text: string | null, separator: string | null, number: string, result: string | null): Case => c([s(text), s(separator), n(number)], s(result))
const ASTRAL = 'a😀é\u4e2d'

export const STRINGS = {
  length: [c([s('abc')], n('3')), c([s('')], n('0')), c([s(null)], n(null)), c([s(ASTRAL)], n('4')), c([s('🤦🏼‍♂️')], n('5')), c([s('e\u0301')], n('2'))],
  lower: [str(['HeLLo'], 'hello'), str([''], ''), str([null], null), str(['ÀÉÎ'], 'àéî'), str(['ΑΣ'], 'ασ'), str(['İ'], 'i'), str(['ẞ'], 'ß'), str(['日本 A'], '日本 a')],
  upper: [str(['HeLLo'], 'HELLO'), str([''], ''), str([null], null), str(['straße'], 'STRAẞE'), str(['éǆ'], 'ÉǄ'), str(['ŉ'], 'ŉ'), str(['ᾳ'], 'ᾼ'), str(['ﬁ😀a'], 'ﬁ😀A')],
  substring: [
    cut('hello', 2, 3, 'ell'), cut('hello', 2, undefined, 'ello'), cut('hello', 0, 2, 'h'), cut('hello', 0, 1, ''), cut('hello', 0, undefined, 'hello'), cut('hello', -3, 2, 'll'), cut('hello', -10, 3, ''), cut('hello', 3, -2, 'he'), cut('hello', 10, 2, ''), cut('hello', 10, -7, 'llo'), cut('hello', -10, 6, 'h'), cut('hello', 7, -2, 'o'), cut('hello', 8, -2, ''), cut('hello', -2, -2, 'el'), cut('hello', 0, -2, ''), cut('hello', -9, undefined, 'hello'), cut('hello', 3, -9, 'he'), cut('hello', 1, 0, ''), cut('', 1, 2, ''),
    cut(null, 1, 2, null), cut(ASTRAL, 2, 2, '😀é'), cut(ASTRAL, -1, undefined, '\u4e2d'), c([s('hello'), n('2'), n('9000000000')], s('ello'), { alone: 'DuckDB takes no lengths beyond 32 bits' }), cut('hello', 2, 4000000000, 'ello'), c([s('a'), n(null), n('1')], s(null)),
  ],
  left: [side('hello', 2, 'he'), side('hello', 0, ''), side('hello', 9, 'hello'), side('hello', -2, 'hel'), side('hello', -9, ''), side(ASTRAL, 2, 'a😀'), side(ASTRAL, -1, 'a😀é'), side('', 2, ''), side(null, 2, null)],
  right: [side('hello', 2, 'lo'), side('hello', 0, ''), side('hello', 9, 'hello'), side('hello', -2, 'llo'), side('hello', -9, ''), side(ASTRAL, 2, 'é\u4e2d'), side(ASTRAL, -1, '😀é\u4e2d'), side('', 2, ''), side(null, 2, null)],
  concat: [str(['a', 'b'], 'ab'), str(['a', ''], 'a'), str(['', ''], ''), str(['a', null], null), str(['é', '😀', 'x'], 'é😀x'), str([null, null], null)],
  trim: [str(['  a b  '], 'a b'), str([''], ''), str(['   '], ''), str([null], null), str(['\u00a0 \t a \u2003'], '\t a'), str(['xxaxy', 'xy'], 'a'), str(['a', ''], 'a'), str(['éaé😀', 'é😀'], 'a'), str(['a', null], null)],
  ltrim: [str(['  a '], 'a '), str(['xxax', 'x'], 'ax'), str([null], null), str([''], '')],
  rtrim: [str([' a  '], ' a'), str(['xaxx', 'x'], 'xa'), str([null], null), str(['\u3000a\u3000'], '\u3000a')],
  replace: [str(['aaa', 'aa', 'b'], 'ba'), str(['aaa', '', 'b'], 'aaa'), str(['', '', 'b'], ''), str(['abc', 'x', 'y'], 'abc'), str(['a$b', '$', '$&$1'], 'a$&$1b'), str(['éaé', 'é', ''], 'a'), str([null, 'a', 'b'], null), str(['a', null, 'b'], null), str(['a', 'a', null], null)],
  starts_with: [is(['abc', 'ab'], true), is(['abc', ''], true), is(['abc', 'abcd'], false), is(['abc', 'b'], false), is(['élan', 'é'], true), is([null, 'a'], null), is(['a', null], null), is(['', ''], true)],
  ends_with: [is(['abc', 'bc'], true), is(['abc', ''], true), is(['abc', 'xabc'], false), is(['abc', 'b'], false), is(['né', 'é'], true), is([null, 'a'], null)],
  contains: [is(['abc', 'b'], true), is(['abc', ''], true), is(['abc', 'd'], false), is(['', 'a'], false), is(['aéb', 'é'], true), is(['special requests', 'special'], true), is([null, 'a'], null), is(['a', null], null)],
  position: [c([s('abc'), s('c')], n('3')), c([s('abc'), s('')], n('1')), c([s('abc'), s('x')], n('0')), c([s('é😀c'), s('c')], n('3')), c([s(''), s('')], n('1')), c([s(null), s('a')], n(null))],
  like: [
    is(['abc', 'a%'], true), is(['abc', '%c'], true), is(['abc', '%b%'], true), is(['abc', 'abc'], true), is(['abc', 'a_c'], true), is(['aéc', 'a_c'], true), is(['a😀c', 'a_c'], true), is(['ac', 'a_c'], false), is(['', '%'], true), is(['', ''], true), is(['a', ''], false), is(['', '_'], false), is(['abc', 'ABC'], false),
    is(['abcabc', 'a%b%c'], true), is(['special packages requests', '%special%requests%'], true), is(['requests special', '%special%requests%'], false), is(['aXbXc', '%X_X%'], true), is(['a\nb', 'a%b'], true), is(['a\nb', 'a_b'], true), is(['abc', '%%'], true), is(['ab', '%_%_%'], true), is(['é', '%_%_%'], false), is(['a.c', 'a.c'], true), is(['abc', 'a.c'], false), is(['a%c', 'a\\%c'], false),
    is(['a%c', 'a\\%c'], true, '\\'), is(['abc', 'a\\%c'], false, '\\'), is(['a_c', 'ax_c'], true, 'x'), is(['50%', '%x%'], true, 'x'), is(['50%z', '%x%'], false, 'x'), is(['a\\', 'a\\\\'], true, '\\'), is(['abc', 'abcx\\'], false, '\\'), is(['aébc', '%éb%'], true), is(['ab', 'a%b%'], true), is(['aab', '%ab'], true), is(['abab', 'ab%ab'], true), is(['ab', 'ab%ab'], false),
    c([s('abc'), s('ab\\')], raises('bool', 'RAISED'), { flags: { escape: '\\' } }), is([null, 'a'], null), is(['a', null], null),
  ],
  lpad: [
    padded('hello', 3, 'x', 'hel'), padded('hi', 5, 'éa', 'éaéhi'), padded('hi', -1, 'x', ''), padded('hi', 0, '', ''), padded('hi', 2, '', 'hi'), padded('a😀', 4, '😀', '😀😀a😀'), padded('', 3, 'ab', 'aba'), padded(null, 3, 'a', null), padded('a', 3, null, null), padded('a😀b', 2, 'x', 'a😀'),
    c([s('hi'), n32(5), s('')], raises('string', 'RAISED')),
  ],
  rpad: [padded('hello', 3, 'x', 'hel'), padded('hi', 5, 'éa', 'hiéaé'), padded('hi', 7, 'abc', 'hiabcab'), padded('', 0, 'x', ''), padded(null, 3, 'a', null), c([s('hi'), n32(3), s('')], raises('string', 'RAISED'))],
  repeat: [side('ab', 3, 'ababab'), side('ab', 1, 'ab'), side('ab', 0, ''), side('ab', -2, ''), side('', 5, ''), side('é😀', 2, 'é😀é😀'), side('x', 40, 'x'.repeat(40)), side(null, 2, null), c([s('a'), n(null)], s(null)), c([s('abc'), n('9000000000000')], raises('string', 'MEMORY_EXCEEDED'))],
  reverse: [str(['abc'], 'cba'), str([''], ''), str(['aé😀'], '😀éa'), str(['e\u0301x'], 'x\u0301e', 'DuckDB keeps clusters together'), str([null], null), str(['é'], 'é')],
  concat_ws: [str([',', 'a', null, 'b'], 'a,b'), str([', ', 'a', 'é', ''], 'a, é, '), str([null, 'a', 'b'], null), str([',', null, null], ''), str(['', 'a', 'b'], 'ab'), str([',', null, 'b'], 'b'), str([',', '', ''], ',')],
  ascii: [c([s('é')], ['int32', 233]), c([s('')], ['int32', 0]), c([s('ab')], ['int32', 97]), c([s('😀')], ['int32', 128512]), c([s('\u4e2d')], ['int32', 0x4e2d]), c([s(null)], ['int32', null])],
  unicode: [c([s('é')], ['int32', 233]), c([s('')], ['int32', -1]), c([s('😀a')], ['int32', 128512]), c([s(null)], ['int32', null])],
  chr: [c([n32(97)], s('a')), c([n32(233)], s('é')), c([n32(0x4e2d)], s('\u4e2d')), c([n32(128512)], s('😀')), c([n32(0)], s('\0')), c([n32(-1)], raises('string', 'RAISED')), c([n32(55296)], raises('string', 'RAISED')), c([n32(1114112)], raises('string', 'RAISED')), c([n32(null)], s(null))],
  octet_length: [c([s('é😀a')], n('7')), c([s('')], n('0')), c([s(null)], n(null))],
  translate: [str(['12345', '143', 'ax'], 'a2x5'), str(['aéa', 'aé', '😀'], '😀😀'), str(['abc', 'aba', 'xyz'], 'xyc'), str(['abc', '', 'x'], 'abc'), str(['', 'a', 'b'], ''), str(['abc', 'abc', ''], ''), str([null, 'a', 'b'], null), str(['a', null, 'b'], null)],
  split_part: [
    part('a,b,c', ',', '2', 'b'), part('a,b,c', ',', '-1', 'c'), part('a,b,c', ',', '-3', 'a'), part('a,b,c', ',', '-4', ''), part('a,b,c', ',', '9', ''), part('a,b,c', ',', '0', ''), part('abc', '', '1', 'a'), part('aé😀', '', '3', '😀'), part('abc', '', '-1', 'c'), part('abc', '', '4', ''), part('', '', '1', ''), part('', ',', '1', ''),
    part('a,,b', ',', '2', ''), part('abc', 'x', '1', 'abc'), part('abc', 'x', '-1', 'abc'), part('aXXXb', 'XX', '2', 'Xb'), part('aXXXb', 'XX', '-1', 'Xb'), part('a😀b😀c', '😀', '2', 'b'), part(null, ',', '1', null), part('a', null, '1', null),
  ],
  error: [c([s('too many rows')], raises('int32', 'RAISED')), c([s('')], raises('int32', 'RAISED')), c([s(null)], ['int32', null])],
} as const satisfies Record<string, readonly Case[]>
