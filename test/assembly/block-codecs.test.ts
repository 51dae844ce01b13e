import { describe, expect, it } from 'vitest'
import { Canaries, mutated } from './canaries.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const patterns = h.reserve(304)
h.runtime['block_patterns']!(patterns)
const canaries = new Canaries(h)
const { below } = random(seed)
const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 800)

type Codec = 'snappy_decode' | 'lz4_decode'

/** What comes out, or nothing where the block is damaged. */
const decoded = (codec: Codec, bytes: Uint8Array, length: number, slack: number): Uint8Array | undefined => {
  const from = canaries.put(bytes, below(16))
  const to = canaries.place(length + slack, below(16))
  const wrong = h.runtime[codec]!(from, from + bytes.length, to, length, to + length + slack, patterns)
  const out = h.bytes.slice(to, to + length)
  if (!canaries.intact() || Number(wrong) > 0) expect.fail(`seed ${seed}: bytes around the output changed, or ${wrong}`)
  return wrong === 0 ? out : undefined
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => (a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0)

const repeat = (out: number[], back: number, bytes: number, length: number): boolean => {
  if (back === 0 || back > out.length || bytes > length - out.length) return false
  for (let i = 0; i < bytes; i++) out.push(out[out.length - back]!)
  return true
}

/** By the format's description, plainly. */
const plainSnappy = (bytes: Uint8Array, length: number): Uint8Array | undefined => {
  let at = 0
  let claimed = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++]
    if (byte === undefined || factor > 2 ** 28) return undefined
    claimed += (byte & 127) * factor
    if (byte < 128) break
  }
  if (claimed !== length) return undefined
  const out: number[] = []
  const number = (n: number): number => {
    let value = 0
    for (let i = 0; i < n; i++) value += (bytes[at + i] ?? Number.NaN) * 256 ** i
    at += n
    return value
  }
  while (at < bytes.length) {
    const tag = bytes[at++]!
    if ((tag & 3) === 0) {
      const n = (tag >> 2) + 1
      const count = n > 60 ? number(n - 60) + 1 : n
      if (!(count <= bytes.length - at && count <= length - out.length)) return undefined
      for (let i = 0; i < count; i++) out.push(bytes[at + i]!)
      at += count
    } else {
      const short = (tag & 3) === 1
      const back = short ? (tag >> 5) * 256 + number(1) : number((tag & 3) === 2 ? 2 : 4)
      if (!repeat(out, Number.isNaN(back) ? 0 : back, short ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1, length)) return undefined
    }
  }
  return out.length === length ? Uint8Array.from(out) : undefined
}

const plainLz4 = (bytes: Uint8Array, length: number): Uint8Array | undefined => {
  const out: number[] = []
  let at = 0
  const more = (n: number): number => {
    if (n < 15) return n
    for (let byte = 255; byte === 255; n += byte) {
      byte = bytes[at++] ?? Number.NaN
      if (Number.isNaN(byte)) return Number.NaN
    }
    return n
  }
  while (at < bytes.length) {
    const token = bytes[at++]!
    const literals = more(token >> 4)
    if (!(literals <= bytes.length - at && literals <= length - out.length)) return undefined
    for (let i = 0; i < literals; i++) out.push(bytes[at + i]!)
    at += literals
    if (at === bytes.length) return out.length === length ? Uint8Array.from(out) : undefined
    if (bytes.length - at < 2) return undefined
    const back = bytes[at]! + bytes[at + 1]! * 256
    at += 2
    if (back === 0 || back > out.length) return undefined
    const copied = more(token & 15) + 4
    if (!(copied >= 4) || !repeat(out, back, copied, length)) return undefined
  }
  return undefined
}

const le = (value: number, n: number): number[] => Array.from({ length: n }, (_, i) => Math.floor(value / 256 ** i) % 256)

const literalBytes = (n: number): number[] => Array.from({ length: n }, () => below(256))

/** Blocks of random tags, with what they say. */
const someSnappy = (): { bytes: Uint8Array; length: number } => {
  const body: number[] = []
  let length = 0
  for (let tags = below(60); tags >= 0; tags--) {
    const kind = length === 0 ? 0 : below(5)
    const back = Math.min(length, below(3) === 0 ? length : 1 + below(40))
    if (kind === 0) {
      const n = 1 + (below(8) === 0 ? below(700) : below(70))
      if (n <= 60) body.push((n - 1) << 2)
      else {
        const size = n <= 256 ? 1 + below(4) : 2 + below(3)
        body.push((59 + size) << 2, ...le(n - 1, size))
      }
      body.push(...literalBytes(n))
      length += n
    } else if (kind < 3 && back < 2048) {
      const n = 4 + below(8)
      body.push(1 | ((n - 4) << 2) | ((back >> 8) << 5), back & 255)
      length += n
    } else {
      const n = 1 + below(64)
      if (kind === 3) body.push(2 | ((n - 1) << 2), ...le(back, 2))
      else body.push(3 | ((n - 1) << 2), ...le(back, 4))
      length += n
    }
  }
  const preamble = length < 128 ? [length] : length < 16384 ? [(length & 127) | 128, length >> 7] : [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14]
  return { bytes: Uint8Array.from([...preamble, ...body]), length }
}

const someLz4 = (): { bytes: Uint8Array; length: number } => {
  const bytes: number[] = []
  let length = 0
  const rest = (n: number): number[] => (n < 15 ? [] : [...Array.from({ length: Math.floor((n - 15) / 255) }, () => 255), (n - 15) % 255])
  for (let sequences = below(30); ; sequences--) {
    const literals = Math.max(length === 0 ? 1 : 0, below(6) === 0 ? below(700) : below(20))
    const copied = below(6) === 0 ? below(600) : below(20)
    bytes.push((Math.min(literals, 15) << 4) | (sequences === 0 ? 0 : Math.min(copied, 15)), ...rest(literals), ...literalBytes(literals))
    length += literals
    if (sequences === 0) return { bytes: Uint8Array.from(bytes), length }
    bytes.push(...le(Math.min(length, below(3) === 0 ? length : 1 + below(40), 65535), 2), ...rest(copied))
    length += copied + 4
  }
}

const codecs = [
  ['snappy_decode', someSnappy, plainSnappy],
  ['lz4_decode', someLz4, plainLz4],
] as const

describe.each(codecs)('%s', (codec, some, plain) => {
  it('gives what a plain decoder gives, whatever the room behind it', () => {
    for (let round = 0; round < ROUNDS / 4; round++) {
      const { bytes, length } = some()
      const expected = plain(bytes, length)
      if (expected === undefined || !same(decoded(codec, bytes, length, [0, 1, 16, 64, 200][below(5)]!), expected)) expect.fail(`seed ${seed} round ${round}`)
    }
  })

  it('tells damage as a plain decoder does, and writes nowhere else', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const block = some()
      const bytes = mutated(block.bytes, below)
      const length = below(8) === 0 ? below(block.length + 40) : block.length
      if (!same(decoded(codec, bytes, length, [0, 64, 200][below(3)]!), plain(bytes, length))) expect.fail(`seed ${seed} round ${round}`)
    }
  })
})

it('of no bytes there are no bytes', () => {
  expect(decoded('snappy_decode', Uint8Array.of(0), 0, 64)).toEqual(new Uint8Array(0))
  expect(decoded('snappy_decode', new Uint8Array(0), 0, 64)).toBeUndefined()
  expect(decoded('lz4_decode', Uint8Array.of(0), 0, 64)).toEqual(new Uint8Array(0))
  expect(decoded('lz4_decode', new Uint8Array(0), 0, 64)).toBeUndefined()
})
