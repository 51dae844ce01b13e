/** Cases of src/operators/strings.ts and error.ts. */
import { c, type Case, raises, type Typed } from './case.ts'

const s = (value: string | null): Typed => ['string', value]
const n = (value: string | null): Typed => ['int64', value]
const str = (args: readonly (string | null)[], result: string | null): Case => c(args.map(s), s(result))
const is = (args: readonly (string | null)[], result: boolean | null, escape?: string): Case => c(args.map(s), ['bool', result], escape === undefined ? {} : { flags: { escape } })
const cut = (text: string | null, offset: number, length: number | undefined, result: string | null): Case => c([s(text), n(String(offset)), ...(length === undefined ? [] : [n(String(length))])], s(result))
const side = (text: string | null, count: number, result: string | null): Case => c([s(text), n(String(count))], s(result))
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
  error: [c([s('too many rows')], raises('int32', 'RAISED')), c([s('')], raises('int32', 'RAISED')), c([s(null)], ['int32', null])],
} as const satisfies Record<string, readonly Case[]>
