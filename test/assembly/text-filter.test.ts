import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
const NEGATED = 1
const CONTAINS = 2
const SELECTION = h.reserve(1024 * 4)
const ROOM = h.next

/** By code points: which prefixes of the pattern match the text so far. */
const like = (text: string, pattern: string, escape = ''): boolean => {
  const tokens: (string | { any: boolean })[] = []
  const points = Array.from(pattern)
  for (let i = 0; i < points.length; i++) {
    const p = points[i] as string
    tokens.push(p === escape ? (points[++i] as string) : p === '%' ? { any: true } : p === '_' ? { any: false } : p)
  }
  const skip = (at: boolean[]) => tokens.forEach((t, i) => typeof t === 'object' && t.any && at[i] && (at[i + 1] = true))
  let at = [true, ...tokens.map(() => false)]
  skip(at)
  for (const point of Array.from(text)) {
    const next = at.map(() => false)
    tokens.forEach((t, i) => {
      if (!at[i]) return
      if (typeof t !== 'object') next[i + 1] ||= t === point
      else next[t.any ? i : i + 1] = true
    })
    skip(next)
    at = next
  }
  return at[tokens.length] as boolean
}

interface Column {
  readonly texts: readonly string[]
  readonly data: number
  readonly offsets: number
}
/** Texts end to end behind `before` other bytes, at any alignment. */
const utf8 = (texts: readonly string[], before = below(20)): Column => {
  const all = Buffer.concat(texts.map((t) => Buffer.from(t)))
  const data = h.reserve(before + all.length + 1) + (before & 1)
  h.bytes.set(all, data + before)
  const offsets = h.reserve((texts.length + 1) * 4)
  let at = before
  texts.forEach((t, i) => {
    h.set(offsets + i * 4, at)
    at += Buffer.byteLength(t)
  })
  h.set(offsets + texts.length * 4, at)
  return { texts, data, offsets }
}
const slices = (texts: readonly string[]): Column => {
  const data = h.reserve(texts.length * 8)
  texts.forEach((t, i) => h.view.setBigUint64(data + i * 8, h.str(t), true))
  return { texts, data, offsets: 0 }
}

const end = (rows: readonly number[]): number => {
  rows.forEach((row, i) => h.set(SELECTION + i * 4, row))
  return SELECTION + rows.length * 4
}
const selected = (to: number): number[] => Array.from({ length: ((to >>> 0) - SELECTION) / 4 }, (_, i) => h.get(SELECTION + i * 4))
const select = (c: Column, rows: readonly number[], pattern: string, how: number, escape = ''): number[] =>
  selected(Number(h.call('text_select', SELECTION, end(rows), c.data, c.offsets, h.str(pattern), escape ? escape.charCodeAt(0) : -1, how)))
const all = (c: Column): number[] => c.texts.map((_, i) => i)
const naive = (c: Column, rows: readonly number[], pattern: string, how: number, escape = ''): number[] =>
  rows.filter((row) => (how & CONTAINS ? (c.texts[row] as string).includes(pattern) : like(c.texts[row] as string, pattern, escape)) !== ((how & NEGATED) === 1))

describe(`LIKE over chunks, seed ${seed}`, () => {
  it('selects all rows of a range', () => {
    for (const [from, to] of [[0, 0], [5, 6], [3, 1027], [0xffff_fff0, 0xffff_ffff]] as const) {
      const rows = selected(Number(h.call('select_rows', SELECTION, from, to)))
      expect(rows).toEqual(Array.from({ length: to - from }, (_, i) => from + i))
    }
  })

  it('knows what lies in one row from what lies across two', () => {
    const c = utf8(['special', 'spe', 'cial requests', '', 'spec', 'special', 'xspecialx requests', 'requests special', 'specia', 'lspecial', 'special requestsspecial', 'specialrequest', 's'])
    expect(select(c, all(c), 'special', CONTAINS)).toEqual([0, 5, 6, 7, 9, 10, 11])
    expect(select(c, all(c), '%special%', NEGATED)).toEqual([1, 2, 3, 4, 8, 12])
    expect(select(c, all(c), '%special%requests%', 0)).toEqual([6, 10])
    expect(select(c, all(c), '%special%requests%', NEGATED)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12])
    expect(select(c, [1, 2, 4, 6], '%special%', 0)).toEqual([6])
    expect(select(c, [1, 2, 4, 6], '%special%', NEGATED)).toEqual([1, 2, 4])
    expect(select(c, [], '%special%', 0)).toEqual([])
  })

  it('matches known cases in both layouts', () => {
    const texts = ['', 'a', 'ab', 'é', '日本語', '50%', '50_', 'a%b', '%', '_', 'xyzzy', 'xyzzyxyzzy', `${'y'.repeat(70)}xyzzy`, '\0xyzzy\0', '😀xyzzy']
    const cases: [string, string?][] = [[''], ['%'], ['%%'], ['_'], ['%_'], ['%__%'], ['%xyzzy'], ['xyzzy%'], ['%xyzzy%'], ['%xyzzy%xyzzy%'], ['%xyzzy_'], ['%_xyzzy'], ['%本%'], ['%_本_%'], ['%é'], ['%50\\%%', '\\'], ['%\\_', '\\'], ['%a\\%b%', '\\'], ['%\\%\\%%', '\\'], ['%xyzzy%', '%'], ['%xyzzy%', 'x'], ['_%zz_', '_'], [`%${'y'.repeat(300)}%`]]
    for (const c of [utf8(texts), slices(texts)])
      for (const [pattern, escape] of cases) {
        if (escape && pattern.endsWith(escape) && !pattern.endsWith(escape + escape)) continue
        for (const how of [0, NEGATED]) expect(select(c, all(c), pattern, how, escape), JSON.stringify([pattern, escape, how])).toEqual(naive(c, all(c), pattern, how, escape))
      }
    for (const c of [utf8(texts), slices(texts)])
      for (const part of ['', 'a', 'xyzzy', 'yx', '%', '本', '\0', 'z'.repeat(400)])
        for (const how of [CONTAINS, CONTAINS | NEGATED]) expect(select(c, all(c), part, how), JSON.stringify([part, how])).toEqual(naive(c, all(c), part, how))
  })

  it('agrees with the plain way: all rows, some, few; short texts and long ones; near misses at all alignments', () => {
    let [kept, dropped] = [0, 0]
    for (let i = 0; i < 6000; i++) {
      h.next = ROOM
      const alphabet = pick([['a'], ['a', 'b'], ['x', 'q', 'z'], ['a', 'b', 'é', '😀'], ['a', 'b', '%', '_', '\\']])
      const word = (length: number) => Array.from({ length }, () => pick(alphabet)).join('')
      const needle = word(pick([1, 2, 3, 4, 8, 17, 40]))
      const near = () => pick([needle, needle.slice(1), needle.slice(0, -1), `${needle.slice(0, -1)}c`, ''])
      const longest = pick([0, 3, 20, 70, 200])
      const texts = Array.from({ length: 1 + below(pick([3, 40, 200])) }, () => Array.from({ length: below(3) }, () => word(below(longest + 1)) + near()).join('').slice(0, longest || undefined).replace(/[\ud800-\udbff]$/, ''))
      const c = below(4) ? utf8(texts) : slices(texts)
      const share = pick([1, 1, 0.7, 0.3, 0.05])
      const rows = all(c).filter(() => below(1000) < share * 1000)
      const escape = pick(['', '', '\\', 'a'])
      const pattern = pick([`%${needle}%`, `%${needle}`, `${needle}%`, `%${needle}%${word(2)}%`, `%${word(1)}%${needle}_%`, `%_${needle}%`, needle, `%%${needle}%%`, `${word(1)}%${needle}%`, Array.from({ length: below(7) }, () => pick([...alphabet, '%', '_', '\\'])).join('')])
      const how = below(2) | (below(3) ? 0 : CONTAINS)
      const part = how & CONTAINS ? needle : pattern
      // what ends in its escape is the next test's
      if (!(how & CONTAINS) && escape && endsInEscape(part, escape)) continue
      const label = JSON.stringify({ seed, i, texts, rows, part, how, escape, offsets: c.offsets !== 0 })
      const got = select(c, rows, part, how, escape)
      const want = naive(c, rows, part, how, escape)
      if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${label}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
      kept += got.length
      dropped += rows.length - got.length
    }
    expect(kept).toBeGreaterThan(20_000)
    expect(dropped).toBeGreaterThan(20_000)
  })

  it('fails for a pattern that ends in its escape where matching one row would', () => {
    let [raised, fine] = [0, 0]
    for (let i = 0; i < 2000; i++) {
      h.next = ROOM
      const word = (length: number) => Array.from({ length }, () => pick(['a', 'b', '%'])).join('')
      const c = pick([utf8, slices])(Array.from({ length: 1 + below(5) }, () => word(below(6))))
      const pattern = `${pick(['%', '', '_'])}${word(below(4))}\\`
      const args = [h.str(pattern), 92] as const
      const one = c.texts.some((t) => h.failure('str_like', h.str(t), ...args) !== 0)
      const many = h.failure('text_select', SELECTION, end(all(c)), c.data, c.offsets, ...args, 0)
      expect(many, JSON.stringify([c.texts, pattern])).toBe(one ? 4 : 0)
      if (one) raised++
      else fine++
    }
    expect(Math.min(raised, fine)).toBeGreaterThan(200)
  })
})

const endsInEscape = (pattern: string, escape: string): boolean => {
  let i = 0
  for (; i < pattern.length; i++) if (pattern[i] === escape) i++
  return i > pattern.length
}
