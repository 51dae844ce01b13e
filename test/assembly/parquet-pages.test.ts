/** What pages hold, beside plain decoders written here: hybrid runs, deltas, levels; and the same of damaged bytes. */
import { describe, expect, it } from 'vitest'
import { Canaries, mutated } from './canaries.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const round = h.reserve(4096 + 64)
const canaries = new Canaries(h)
const { below, bits, pick } = random(seed)
const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 800)

const call = (name: string, ...args: number[]): number => Number(h.runtime[name]!(...args))

const failed = (what: string): never => expect.fail(`seed ${seed}: ${what}`) as never

/** Plain bit-packing, from the lowest bit on. */
const packed = (values: readonly bigint[], width: number): number[] => {
  const out = new Array<number>(Math.ceil((values.length * width) / 8)).fill(0)
  values.forEach((value, i) => {
    for (let b = 0; b < width; b++) if ((value >> BigInt(b)) & 1n) out[(i * width + b) >> 3]! |= 1 << ((i * width + b) & 7)
  })
  return out
}

const unpacked = (bytes: Uint8Array, at: number, index: number, width: number): bigint => {
  let value = 0n
  for (let b = 0; b < width; b++) {
    const bit = index * width + b
    value |= BigInt((bytes[at + (bit >> 3)]! >> (bit & 7)) & 1) << BigInt(b)
  }
  return value
}

const varint = (value: bigint): number[] => (value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)])
const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))

/** Values as runs and groups, as they come. */
const hybrid = (values: readonly number[], width: number): Uint8Array => {
  const out: number[] = []
  for (let at = 0; at < values.length; ) {
    let run = 1
    while (values[at + run] === values[at]) run++
    if (run >= 8 || (run > 1 && below(3) === 0)) {
      out.push(...varint(BigInt(run) << 1n), ...packed([BigInt(values[at]!)], Math.ceil(width / 8) * 8))
      at += run
    } else {
      const groups = Math.min(1 + below(4), Math.ceil((values.length - at) / 8))
      const part = values.slice(at, at + groups * 8).map(BigInt)
      while (part.length < groups * 8) part.push(BigInt(below(2)))
      out.push(...varint((BigInt(groups) << 1n) | 1n), ...packed(part, width))
      at += groups * 8
    }
  }
  return Uint8Array.from(out)
}

const plainHybrid = (bytes: Uint8Array, width: number, count: number): number[] | undefined => {
  const out: number[] = []
  for (let at = 0; out.length < count; ) {
    let head = 0n
    for (let i = 0n; ; i++) {
      const byte = bytes[at++]
      if (byte === undefined || i > 4n) return undefined
      head |= BigInt(byte & 127) << (7n * i)
      if (byte < 128) break
    }
    if (head >= 1n << 32n) return undefined
    const n = Number(head >> 1n)
    if (head & 1n) {
      const values = Math.min(n * 8, count - out.length)
      if (Math.ceil((values * width) / 8) > bytes.length - at) return undefined
      for (let i = 0; i < values; i++) out.push(Number(unpacked(bytes, at, i, width)))
      at = Math.min(at + n * width, bytes.length)
    } else {
      const size = Math.ceil(width / 8)
      if (size > bytes.length - at) return undefined
      const value = Number(unpacked(bytes, at, 0, size * 8))
      for (let i = Math.min(n, count - out.length); i > 0; i--) out.push(value)
      at += size
    }
  }
  return out
}

/** Values of `width` bits in runs and not. */
const some = (width: number, most = 2 ** width): number[] => {
  const out: number[] = []
  for (let parts = below(8); parts >= 0; parts--) {
    const value = below(most)
    if (below(2)) for (let i = below(60); i > 0; i--) out.push(value)
    else for (let i = below(below(10) === 0 ? 2600 : 60); i > 0; i--) out.push(below(most))
  }
  return out
}

describe('hybrid', () => {
  const unpack = (bytes: Uint8Array, width: number, count: number): number[] | undefined => {
    const from = canaries.put(bytes, below(16))
    const to = canaries.place(count * 4)
    const read = call('parquet_unpack', from, from + bytes.length, width, count, to)
    const out = Array.from({ length: read < 0 ? 0 : count }, (_, i) => h.get(to + 4 * i))
    if (!canaries.intact() || read > bytes.length) failed('bytes around changed')
    return read < 0 ? undefined : out
  }

  it('unpacks every width', () => {
    for (let width = 0; width <= 32; width++) {
      for (let i = 0; i < 6; i++) {
        const values = some(width)
        expect(unpack(hybrid(values, width), width, values.length), `seed ${seed} width ${width}`).toEqual(values)
      }
    }
  })

  it('tells damage as a plain decoder does', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const width = below(34)
      const values = some(Math.min(width, 32))
      const bytes = mutated(hybrid(values, width), below)
      const count = values.length + below(3)
      expect(unpack(bytes, width, count), `seed ${seed} round ${i}`).toEqual(width > 32 && count > 0 ? undefined : width > 32 ? undefined : plainHybrid(bytes, width, count))
    }
  })

  it('takes entries of every width by code, and none beyond the dictionary', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const size = pick([1, 2, 3, 16, 17, 200, 300, 5000])
      const width = Math.ceil(Math.log2(size)) + below(2)
      const values = some(width, size)
      const bytes = below(2) ? hybrid(values, width) : mutated(hybrid(values, width), below)
      const wide = pick([1, 2, 4, 8, 16])
      const entries = Uint8Array.from({ length: size * wide }, () => below(256))
      const from = canaries.put(bytes, below(16))
      const dictionary = canaries.put(entries, below(16))
      const to = canaries.place(values.length * wide, below(16))
      const read = call('parquet_gather', from, from + bytes.length, width, values.length, dictionary, size, wide, to, round)
      const out = h.bytes.slice(to, to + values.length * wide)
      if (!canaries.intact()) failed('bytes around changed')
      const codes = plainHybrid(bytes, width, values.length)
      if (codes === undefined || codes.some((code) => code >= size)) expect(read, `seed ${seed} round ${i}`).toBeLessThan(0)
      else {
        expect(read).toBeGreaterThanOrEqual(0)
        const expected = Buffer.concat(codes.map((code) => entries.subarray(code * wide, (code + 1) * wide)))
        if (Buffer.compare(out, expected) !== 0) failed(`round ${i} width ${width} of ${wide} bytes`)
      }
    }
  })

  it('makes validity of levels, from any bit on, and leaves the bits before', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const most = pick([1, 1, 1, 2, 3, 7])
      const width = 32 - Math.clz32(most)
      const values = some(width, most + 1)
      const bytes = below(2) ? hybrid(values, width) : mutated(hybrid(values, width), below)
      const bit = below(200)
      const count = values.length
      const from = canaries.put(bytes, below(16))
      const words = Math.ceil((bit + count) / 64)
      const validity = canaries.place(words * 8)
      const before = Array.from({ length: bit }, () => below(2))
      before.forEach((b, k) => (h.bytes[validity + (k >> 3)] = (h.bytes[validity + (k >> 3)]! & ~(1 << (k & 7))) | (b << (k & 7))))
      const valid = call('parquet_validity', from, from + bytes.length, width, most, count, validity, bit, round)
      const counted = call('parquet_validity', from, from + bytes.length, width, most, count, 0, 0, round)
      const found = Array.from({ length: words * 64 }, (_, k) => (h.bytes[validity + (k >> 3)]! >> (k & 7)) & 1)
      if (!canaries.intact()) failed('bytes around changed')
      expect(counted).toBe(valid)
      const levels = plainHybrid(bytes, width, count)
      if (levels === undefined || levels.some((level) => level > most)) {
        expect(valid, `seed ${seed} round ${i}`).toBeLessThan(0)
        continue
      }
      const ones = levels.map((level) => Number(level === most))
      expect(valid, `seed ${seed} round ${i}`).toBe(ones.reduce((a, b) => a + b, 0))
      if (count > 0) expect(found, `seed ${seed} round ${i}`).toEqual([...before, ...ones, ...new Array(words * 64 - bit - count).fill(0)])
    }
  })
})

describe('deltas', () => {
  const encoded = (values: readonly bigint[], size: number): Uint8Array => {
    const [block, minis] = pick([[128, 4], [256, 8], [32, 1], [8, 1], [2048, 1]] as const)
    const out = [...varint(BigInt(block)), ...varint(BigInt(minis)), ...varint(BigInt(values.length)), ...varint(zigzag(values[0] ?? 0n))]
    const deltas = values.slice(1).map((value, i) => BigInt.asIntN(size, value - values[i]!))
    for (let at = 0; at < deltas.length; at += block) {
      const part = deltas.slice(at, at + block)
      const least = part.reduce((a, b) => (a < b ? a : b))
      const widths: number[] = []
      const bodies: number[] = []
      for (let mini = 0; mini < minis; mini++) {
        const rest = part.slice((mini * block) / minis, ((mini + 1) * block) / minis).map((d) => BigInt.asUintN(size, d - least))
        const width = rest.length === 0 ? below(40) : Math.max(...rest.map((r) => (r === 0n ? 0 : r.toString(2).length)))
        widths.push(width)
        if (rest.length === 0) continue
        while (rest.length < block / minis) rest.push(0n)
        bodies.push(...packed(rest, width))
      }
      out.push(...varint(zigzag(least)), ...widths, ...bodies)
    }
    return Uint8Array.from(out)
  }

  const plain = (bytes: Uint8Array, count: number, size: number): bigint[] | undefined => {
    let at = 0
    const number = (): bigint | undefined => {
      let value = 0n
      for (let i = 0n; i < 10n; i++) {
        const byte = bytes[at++]
        if (byte === undefined) return undefined
        value |= BigInt(byte & 127) << (7n * i)
        if (byte < 128) return BigInt.asUintN(64, value)
      }
      return undefined
    }
    const signed = (value: bigint) => BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    const [block, minis, total, first] = [number(), number(), number(), number()]
    if (block === undefined || minis === undefined || total === undefined || first === undefined || total !== BigInt(count)) return undefined
    if (block === 0n || block > 0x7fffffffn || minis === 0n || minis > block || block % minis !== 0n || (block / minis) % 8n !== 0n) return undefined
    const each = Number(block / minis)
    const out: bigint[] = []
    let value = signed(first)
    if (count > 0) out.push(BigInt.asIntN(size, value))
    while (out.length < count) {
      const least = number()
      if (least === undefined || Number(minis) > bytes.length - at) return undefined
      const widths = bytes.slice(at, at + Number(minis))
      at += Number(minis)
      for (const width of widths) {
        if (out.length === count) break
        if (width > 64) return undefined
        const values = Math.min(each, count - out.length)
        if (Math.ceil((values * width) / 8) > bytes.length - at) return undefined
        for (let i = 0; i < values; i++) {
          value = BigInt.asIntN(64, value + signed(least) + unpacked(bytes, at, i, width))
          out.push(BigInt.asIntN(size, value))
        }
        at = Math.min(at + (each * width) / 8, bytes.length)
      }
    }
    return out
  }

  const decoded = (bytes: Uint8Array, count: number, size: number): bigint[] | undefined => {
    const from = canaries.put(bytes, below(16))
    const to = canaries.place((count * size) / 8, below(8))
    const read = call('parquet_delta', from, from + bytes.length, count, size / 8, to, round)
    const out = Array.from({ length: read < 0 ? 0 : count }, (_, i) => (size === 32 ? BigInt(h.view.getInt32(to + 4 * i, true)) : h.view.getBigInt64(to + 8 * i, true)))
    if (!canaries.intact() || read > bytes.length) failed('bytes around changed')
    return read < 0 ? undefined : out
  }

  const someValues = (size: number): bigint[] => {
    const spread = pick([1, 4, 17, 31, size])
    const values = [BigInt.asIntN(size, bits(64))]
    for (let i = below(below(6) === 0 ? 700 : 80); i > 0; i--) values.push(BigInt.asIntN(size, values.at(-1)! + BigInt.asIntN(spread, bits(64))))
    return values
  }

  it('are summed up, wrapping around', () => {
    for (let i = 0; i < ROUNDS / 4; i++) {
      const size = pick([32, 64])
      const values = someValues(size)
      expect(decoded(encoded(values, size), values.length, size), `seed ${seed} round ${i}`).toEqual(values)
    }
    expect(decoded(encoded([], 64), 0, 64)).toEqual([])
  })

  it('tell damage as a plain decoder does', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const size = pick([32, 64])
      const values = someValues(size)
      const bytes = mutated(encoded(values, size), below)
      expect(decoded(bytes, values.length, size), `seed ${seed} round ${i}`).toEqual(plain(bytes, values.length, size))
    }
  })
})
