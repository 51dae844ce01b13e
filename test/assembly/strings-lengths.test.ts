/**
 * Strings of every length at every alignment, against plain loops over their bytes. What lies behind a slice is made to
 * tempt: the same bytes go on behind both, or behind one the needle ends.
 */
import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const other = h.instantiate()
const { below } = random(seed)
const ROOM = 1024
const left = h.reserve(ROOM)
const right = h.reserve(ROOM)

const slice = (address: number, length: number): bigint => (BigInt(length) << 32n) | BigInt(address)
/** `length` bytes at that alignment within a block whose other bytes are all `around`. */
const place = (block: number, alignment: number, content: Uint8Array, around: number): bigint => {
  h.bytes.fill(around, block, block + ROOM)
  h.bytes.set(content, block + 16 + alignment)
  return slice(block + 16 + alignment, content.length)
}
const compare = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number) ? -1 : 1
  return Math.sign(a.length - b.length)
}
const indexOf = (text: Uint8Array, part: Uint8Array): number => {
  for (let at = 0; at + part.length <= text.length; at++) {
    let i = 0
    while (i < part.length && text[at + i] === part[i]) i++
    if (i === part.length) return at
  }
  return -1
}

describe(`strings at every length and alignment, seed ${seed}`, () => {
  it('equality, order and hash: equal, one byte apart at each place, longer by one', () => {
    for (let length = 0; length <= 200; length++) {
      const a = Uint8Array.from({ length }, () => below(256))
      const alignment = length % 16
      const x = place(left, alignment, a, 7)
      const hash = h.call('str_hash', x)
      for (let shift = 0; shift < 16; shift++) {
        const y = place(right, shift, a, 7)
        if (h.call('str_eq', x, y) !== 1 || h.call('str_compare', x, y) !== 0) throw new Error(`${length} at ${alignment} and ${shift}: not equal`)
        if (h.call('str_hash', y) !== hash || other['str_hash']?.(h.ctx, y) !== hash) throw new Error(`${length} at ${shift}: another hash`)
        const longer = place(right, shift, Uint8Array.from([...a, 7]), 7)
        if (h.call('str_eq', x, longer) !== 0 || h.call('str_compare', x, longer) !== -1 || h.call('str_compare', longer, x) !== 1) throw new Error(`${length} at ${shift}: equal to one byte more`)
        if (h.call('str_hash', longer) === hash) throw new Error(`${length}: one byte more has the same hash`)
      }
      for (let at = 0; at < length; at++) {
        const b = a.slice()
        b[at] = (b[at] as number) ^ (1 << below(8))
        const y = place(right, at % 16, b, 7)
        if (h.call('str_eq', x, y) !== 0 || h.call('str_compare', x, y) !== compare(a, b)) throw new Error(`${length}: byte ${at} differs unseen`)
        if (h.call('str_hash', y) === hash) throw new Error(`${length}: byte ${at} is not in the hash`)
      }
    }
  })

  it('prefix, suffix, part and position, where the bytes around would complete them', () => {
    let found = 0
    for (let length = 0; length <= 200; length++)
      for (let round = 0; round < 40; round++) {
        const text = Uint8Array.from({ length }, () => 97 + below(2))
        const bytes = below(round % 4 === 0 ? 40 : 6)
        const from = below(length + 1)
        const part = round % 2 ? Uint8Array.from({ length: bytes }, () => 97 + below(2)) : Uint8Array.from([...text.subarray(from, from + bytes), ...(round % 8 === 0 ? [97] : [])])
        const [t, p] = [place(left, below(16), text, 97 + (round & 1)), place(right, below(16), part, 97)]
        const at = indexOf(text, part)
        const label = `${Buffer.from(part)} in ${Buffer.from(text)}`
        if (h.call('str_contains', t, p) !== (at >= 0 ? 1 : 0)) throw new Error(label)
        if (h.call('str_position', t, p) !== at + 1) throw new Error(label)
        if (h.call('str_starts_with', t, p) !== (at === 0 ? 1 : 0)) throw new Error(label)
        const ends = part.length <= length && compare(text.subarray(length - part.length), part) === 0
        if (h.call('str_ends_with', t, p) !== (ends ? 1 : 0)) throw new Error(label)
        const like = Uint8Array.from([37, ...part, 37])
        if (h.call('str_like', t, place(right, below(16), like, 95), -1) !== (at >= 0 ? 1 : 0)) throw new Error(`like ${label}`)
        if (at >= 0) found++
      }
    expect(found).toBeGreaterThan(2000)
  })

  it('LIKE with several parts in order, over long texts', () => {
    let matched = 0
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: below(200) }, () => String.fromCharCode(97 + below(3))).join('')
      const parts = Array.from({ length: 2 + below(3) }, () => Array.from({ length: 1 + below(round % 3 ? 3 : 18) }, () => String.fromCharCode(97 + below(3))).join(''))
      const anchored = below(2) === 1
      const pattern = `${anchored ? '' : '%'}${parts.join('%')}%`
      const expected = new RegExp(`^${anchored ? '' : '[^]*'}${parts.join('[^]*')}[^]*$`).test(text)
      const t = place(left, below(16), Buffer.from(text), 97)
      expect(h.call('str_like', t, place(right, below(16), Buffer.from(pattern), 37), -1), `${text} like ${pattern}`).toBe(expected ? 1 : 0)
      if (expected) matched++
    }
    expect(matched).toBeGreaterThan(300)
  })

  it('code points: length and cuts, at every length', () => {
    for (let length = 0; length <= 200; length++) {
      const text = Array.from({ length }, () => ['a', 'é', '日', '😀'][below(length % 2 ? 4 : 2)]).join('')
      const points = [...text]
      const s = place(left, length % 16, Buffer.from(text).subarray(0, ROOM - 40), 0x80)
      if (Buffer.byteLength(text) > ROOM - 40) continue
      expect(h.call('str_length', s)).toBe(points.length)
      const [from, count] = [1 + below(length + 2), below(length + 2)]
      expect(h.text(h.call('str_substring', s, BigInt(from), BigInt(count))), `${length}: ${from}, ${count}`).toBe(points.slice(from - 1, from - 1 + count).join(''))
    }
  })

  it('the hash spreads over any 16 bits, for keys that differ in one place', () => {
    const shapes: Record<string, (i: number) => string> = {
      digits: (i) => `${i}`,
      'Customer#': (i) => `Customer#${`${i}`.padStart(9, '0')}`,
      'long with the number in the middle': (i) => `${'x'.repeat(20)}${`${i}`.padStart(5, '0')}${'y'.repeat(30)}`,
      'three bytes': (i) => String.fromCharCode(33 + (i % 90), 33 + (Math.floor(i / 90) % 90), 33 + Math.floor(i / 8100)),
      'aligned counters': (i) => Buffer.from(BigUint64Array.of(BigInt(i), BigInt(i) << 8n).buffer).toString('latin1').replace(/[^\0-\x7f]/g, 'z'),
    }
    for (const [name, make] of Object.entries(shapes)) {
      const texts = new Set(Array.from({ length: 20000 }, (_, i) => make(i)))
      const hashes = [...texts].map((text) => BigInt.asUintN(64, BigInt(h.call('str_hash', place(left, 0, Buffer.from(text), 1)) ?? 0)))
      expect(new Set(hashes).size, name).toBe(texts.size)
      const full = 65536 * (1 - Math.exp(-texts.size / 65536))
      for (const shift of [0n, 16n, 32n, 48n]) expect(new Set(hashes.map((hash) => (hash >> shift) & 0xffffn)).size, `${name}, bits from ${shift}`).toBeGreaterThan(full * 0.98)
    }
  })
})
