import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
/** Few letters, so that things match; some of several bytes. */
const LETTERS = ['a', 'a', 'b', 'c', 'é', '日', '😀', '\0', '%', '_']
const word = (most: number, letters: readonly string[] = LETTERS) => Array.from({ length: below(most + 1) }, () => pick(letters)).join('')
const strip = (x: number | bigint | undefined) => Number(x)

describe(`strings, seed ${seed}`, () => {
  it('compares and equates like Buffer.compare', () => {
    for (let i = 0; i < 8000; i++) {
      const a = Buffer.from(word(30, ['a', 'b', '\0', 'é']))
      const b = below(3) ? Buffer.concat([a.subarray(0, below(a.length + 1)), Buffer.from(word(6))]) : Buffer.from(a)
      const [x, y] = [h.str(a), h.str(b)]
      expect(h.call('str_compare', x, y), `${a} ? ${b}`).toBe(Buffer.compare(a, b))
      expect(h.call('str_eq', x, y), `${a} = ${b}`).toBe(a.equals(b) ? 1 : 0)
      if (a.equals(b)) expect(h.call('str_hash', x)).toBe(h.call('str_hash', y))
    }
  })

  it('hashes with few collisions in any 16 bits', () => {
    const keys = Array.from({ length: 20000 }, (_, i) => h.str(`${i}`.padStart(i % 40, 'x')))
    const hashes = keys.map((key) => BigInt.asUintN(64, BigInt(h.call('str_hash', key) ?? 0)))
    expect(new Set(hashes).size).toBe(new Set(keys.map((key) => h.text(key))).size)
    for (const shift of [0n, 16n, 32n, 48n]) {
      const distinct = new Set(hashes.map((hash) => (hash >> shift) & 0xffffn)).size
      // 20 000 balls into 65 536 bins fill about 17 230
      expect(distinct, `bits from ${shift}`).toBeGreaterThan(16900)
    }
  })

  it('finds parts and prefixes', () => {
    for (let i = 0; i < 8000; i++) {
      const text = word(60)
      const part = below(2) ? word(4) : text.slice(below(text.length + 1)).slice(0, below(20))
      // a cut surrogate pair becomes U+FFFD in both
      const [t, p] = [h.str(text), h.str(part)]
      const at = Buffer.from(text).indexOf(Buffer.from(part))
      const label = JSON.stringify([text, part])
      expect(h.call('str_contains', t, p), label).toBe(at >= 0 ? 1 : 0)
      expect(h.call('str_position', t, p), label).toBe(at < 0 ? 0 : 1 + [...Buffer.from(text).subarray(0, at).toString()].length)
      expect(h.call('str_starts_with', t, p), label).toBe(at === 0 ? 1 : 0)
      const tail = Buffer.from(text).subarray(-Buffer.byteLength(part) || Infinity)
      expect(h.call('str_ends_with', t, p), label).toBe(Buffer.byteLength(part) <= Buffer.byteLength(text) && tail.equals(Buffer.from(part)) ? 1 : 0)
      expect(h.call('str_length', t), label).toBe([...text].length)
    }
  })

  it('cuts by code points', () => {
    const MOST = (1n << 63n) - 1n
    for (let i = 0; i < 8000; i++) {
      const text = word(12)
      const [offset, length] = [BigInt(1 + below(15)), below(5) ? BigInt(below(15)) : MOST]
      const expected = [...text].slice(Number(offset) - 1, length === MOST ? undefined : Number(offset + length) - 1).join('')
      expect(h.text(h.call('str_substring', h.str(text), offset, length)), JSON.stringify([text, `${offset}`, `${length}`])).toBe(expected)
    }
    expect(h.text(h.call('str_substring', h.str('abc'), MOST, MOST))).toBe('')
  })

  it('concatenates, replaces and trims', () => {
    for (let i = 0; i < 4000; i++) {
      const text = word(40)
      const [from, to] = [word(2), word(4)]
      const label = JSON.stringify([text, from, to])
      expect(h.text(h.call('str_concat', h.str(text), h.str(to))), label).toBe(text + to)
      expect(h.text(h.call('str_replace', h.str(text), h.str(from), h.str(to))), label).toBe(from === '' ? text : text.split(from).join(to))
      const set = word(3)
      const points = [...text]
      const sides = 1 + below(3)
      if (sides & 1) while (points.length && set.includes(points[0] as string)) points.shift()
      if (sides & 2) while (points.length && set.includes(points.at(-1) as string)) points.pop()
      expect(h.text(h.call('str_trim', h.str(text), h.str(set), sides)), JSON.stringify([text, set, sides])).toBe(points.join(''))
    }
  })

  it('says when there is no memory, and what was raised', () => {
    const big = h.str(new Uint8Array(1 << 20).fill(97))
    const limit = h.limit
    h.limit = h.next
    const many = (BigInt(1 << 20) << 32n) | (big & 0xffffffffn)
    expect(h.failure('str_concat', big, many)).toBe(5)
    h.limit = limit
    const text = h.str('boom')
    expect(h.failure('raise_text', text)).toBe(4)
    expect(h.text(h.view.getBigUint64(h.ctx + 56, true))).toBe('boom')
  })

  it('writes keys whose memcmp order is the byte order', () => {
    const to = h.reserve(1000)
    const key = (text: Buffer, invert: number) => {
      const end = strip(h.call('key_bytes', to, h.str(text), invert)) >>> 0
      expect(end - to).toBeLessThanOrEqual(2 * text.length + 2)
      return Buffer.from(h.bytes.slice(to, end))
    }
    for (let i = 0; i < 8000; i++) {
      const a = Buffer.from(word(50, ['a', 'b', 'b', 'c', 'é', ...(below(2) ? ['\0', '\x01'] : [])]))
      const b = below(2) ? Buffer.concat([a.subarray(0, below(a.length + 1)), Buffer.from(word(3))]) : Buffer.from(a)
      const expected = Buffer.compare(a, b)
      expect(Math.sign(Buffer.compare(key(a, 0), key(b, 0)))).toBe(expected)
      expect(Math.sign(Buffer.compare(key(a, 1), key(b, 1)))).toBe(expected ? -expected : 0)
      // whatever follows a string in the key cannot turn the order of unequal strings
      if (expected)
        expect(Buffer.compare(Buffer.concat([key(a, 0), Buffer.from([below(256)])]), Buffer.concat([key(b, 0), Buffer.from([below(256)])]))).toBe(expected)
    }
  })
})
