/** Stored values as what they mean, cut to width, spread over rows; strings; each beside BigInts and Node's own functions. */
import { describe, expect, it } from 'vitest'
import { Canaries, mutated } from './canaries.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const bounds = h.reserve(32)
const canaries = new Canaries(h)
const { below, bits, next, pick } = random(seed)
const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 800)

const call = (name: string, ...args: number[]): number => Number(h.runtime[name]!(...args))
const intact = (): void => {
  if (!canaries.intact()) expect.fail(`seed ${seed}: bytes around changed`)
}
const littleEndian = (value: bigint, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
const stored = (values: readonly bigint[], bytes: number): Uint8Array => Uint8Array.from(values.flatMap((value) => littleEndian(value, bytes)))
const read = (at: number, bytes: number, signed: boolean): bigint => {
  let value = 0n
  for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(h.bytes[at + i]!)
  return signed ? BigInt.asIntN(8 * bytes, value) : value
}
const reads = (at: number, count: number, bytes: number, signed = true): bigint[] => Array.from({ length: count }, (_, i) => read(at + i * bytes, bytes, signed))

describe('narrow', () => {
  const KINDS = [['i32', 4, true], ['u32', 4, false], ['i64', 8, true], ['u64', 8, false], ['i128', 16, true]] as const

  it('cuts values to every width, and tells the bounds of the whole ones', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const kind = below(5)
      const [, size, signed] = KINDS[kind]!
      const reach = pick([3, 7, 8, 15, 16, 31, 32, 33, 64, 127, 128])
      const values = Array.from({ length: 1 + below(70) }, () => {
        const value = BigInt.asIntN(Math.min(reach, size * 8), bits(128))
        return signed ? value : BigInt.asUintN(size * 8, below(2) ? value : value < 0n ? -value : value)
      })
      const width = pick([1, 2, 4, 8, 16])
      const from = canaries.put(stored(values, size), below(8))
      const to = canaries.place(values.length * width, below(8))
      call('parquet_narrow', from, kind, values.length, to, width, bounds)
      const out = reads(to, values.length, width, false)
      intact()
      expect(out, `seed ${seed} round ${i}`).toEqual(values.map((value) => BigInt.asUintN(8 * width, value)))
      expect([read(bounds, 16, true), read(bounds + 16, 16, true)], `seed ${seed} round ${i}`).toEqual([
        values.reduce((a, b) => (a < b ? a : b)),
        values.reduce((a, b) => (a > b ? a : b)),
      ])
    }
  })
})

describe('spread', () => {
  it('brings values to their rows, and zeros to the others', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const rows = below(300)
      const share = pick([0, 0.05, 0.5, 0.95, 1])
      const valid = Array.from({ length: rows }, (_, row) => (next() < share || (share > 0.5 && row % 128 < 70) ? 1 : 0))
      const bytes = pick([1, 2, 4, 8, 16])
      const count = valid.reduce((a: number, b) => a + b, 0)
      const values = Uint8Array.from({ length: count * bytes }, () => below(256))
      const bit = below(130)
      const validity = canaries.place(Math.ceil((bit + rows) / 64) * 8)
      valid.forEach((one, row) => {
        const at = validity + ((bit + row) >> 3)
        h.bytes[at] = (h.bytes[at]! & ~(1 << ((bit + row) & 7))) | (one << ((bit + row) & 7))
      })
      const base = canaries.place(rows * bytes, below(8))
      h.bytes.set(values, base)
      call('parquet_spread', base, rows, count, bytes, validity, bit)
      const out = h.bytes.slice(base, base + rows * bytes)
      intact()
      let at = 0
      const expected = Buffer.concat(valid.map((one) => (one ? values.subarray(at++ * bytes, at * bytes) : new Uint8Array(bytes))))
      if (Buffer.compare(out, expected) !== 0) expect.fail(`seed ${seed} round ${i}`)
    }
  })
})

describe('meanings', () => {
  it('booleans', () => {
    const bytes = Uint8Array.from({ length: 40 }, () => below(256))
    for (const count of [0, 1, 7, 8, 9, 63, 317]) {
      const from = canaries.put(bytes)
      const to = canaries.place(count)
      call('parquet_bools', from, count, to)
      const out = [...h.bytes.slice(to, to + count)]
      intact()
      expect(out).toEqual(Array.from({ length: count }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1))
    }
  })

  const one = (name: string, value: Uint8Array): bigint | number => {
    const from = canaries.put(value)
    const to = canaries.place(8)
    const wrong = call(name, from, 1, to)
    const out = read(to, 8, true)
    intact()
    return wrong < 0 ? wrong : out
  }

  it('milliseconds and nanoseconds to microseconds', () => {
    const MAX = (1n << 63n) - 1n
    for (const [value, micros] of [[0n, 0n], [-1n, -1000n], [MAX / 1000n, (MAX / 1000n) * 1000n], [-(MAX / 1000n), -(MAX / 1000n) * 1000n], [MAX / 1000n + 1n, -5], [-MAX - 1n, -5]] as const)
      expect(one('parquet_millis', stored([value], 8))).toBe(micros)
    for (const [value, micros] of [[0n, 0n], [-1000n, -1n], [1001n, -6], [-1n, -6], [MAX, -6], [-9223372036854775000n, -9223372036854775n]] as const)
      expect(one('parquet_nanos', stored([value], 8))).toBe(micros)
  })

  it("Impala's timestamps", () => {
    const int96 = (nanos: bigint, day: bigint) => Uint8Array.from([...littleEndian(nanos, 8), ...littleEndian(day, 4)])
    expect(one('parquet_int96', int96(0n, 2440588n))).toBe(0n)
    expect(one('parquet_int96', int96(86_399_999_999_999n, 2440587n))).toBe(-1n)
    expect(one('parquet_int96', int96(1n, -1n))).toBe(-210866889600000000n)
    expect(one('parquet_int96', int96(0n, 2440588n + 106751991n))).toBe(-5)
    expect(one('parquet_int96', int96((1n << 63n) - 1n, 2440588n + 106751990n))).toBe(-5)
  })

  it('big-endian decimals of any length', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const length = 1 + below(20)
      const count = below(20)
      const values = Array.from({ length: count }, () => BigInt.asIntN(pick([8 * length, Math.min(8 * length, 128), 7]), bits(160)))
      const from = canaries.put(Uint8Array.from(values.flatMap((value) => littleEndian(value, length).reverse())), below(8))
      const fits = values.every((value) => BigInt.asIntN(128, value) === value)
      if (length <= 8) {
        const to = canaries.place(count * 8)
        call('parquet_decimals', from, length, count, to)
        expect(reads(to, count, 8), `seed ${seed}`).toEqual(values)
      }
      const to = canaries.place(count * 16)
      const wrong = call('parquet_wide_decimals', from, length, count, to)
      expect(wrong, `seed ${seed} length ${length}`).toBe(fits ? 0 : -5)
      if (fits) expect(reads(to, count, 16), `seed ${seed} length ${length}`).toEqual(values)
      const slices = canaries.place(count * 8)
      call('parquet_fixed_slices', from, length, count, slices)
      const again = canaries.place(count * 16)
      expect(call('parquet_slice_decimals', slices, count, again)).toBe(fits ? 0 : -5)
      if (fits) expect(reads(again, count, 16)).toEqual(values)
      intact()
    }
  })

  it('all halves', () => {
    const halves = new Uint16Array(65536).map((_, i) => i)
    const from = canaries.put(new Uint8Array(halves.buffer))
    const to = canaries.place(65536 * 4)
    call('parquet_halves', from, 65536, to)
    const floats = Array.from(halves, (_, i) => h.view.getFloat32(to + 4 * i, true))
    intact()
    floats.forEach((value, half) => {
      const sign = half & 0x8000 ? -1 : 1
      const exponent = (half >> 10) & 31
      const part = half & 1023
      const expected = exponent === 31 ? (part ? Number.NaN : sign / 0) : sign * (exponent ? (1 + part / 1024) * 2 ** (exponent - 15) : (part / 1024) * 2 ** -14)
      if (!Object.is(value, expected)) expect.fail(`half ${half}: ${value}, not ${expected}`)
    })
  })

  it('streams of bytes', () => {
    for (let i = 0; i < ROUNDS / 4; i++) {
      const width = pick([1, 2, 4, 8, 12, 16, 3])
      const count = below(70)
      const bytes = Uint8Array.from({ length: width * count }, () => below(256))
      const from = canaries.put(bytes, below(8))
      const to = canaries.place(width * count, below(8))
      call('parquet_unsplit', from, width, count, to)
      const out = h.bytes.slice(to, to + width * count)
      intact()
      expect(out, `seed ${seed}`).toEqual(bytes.map((_, at) => bytes[(at % width) * count + Math.floor(at / width)]!))
    }
  })
})

describe('strings', () => {
  const texts = (slices: number, count: number): Buffer[] => Array.from({ length: count }, (_, i) => h.bytesOf(h.view.getBigUint64(slices + 8 * i, true)))
  const someBytes = (): Buffer => Buffer.from(Uint8Array.from({ length: below(below(5) === 0 ? 80 : 12) }, () => below(256)))

  it('behind their lengths, and none beyond the page', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const strings = Array.from({ length: below(20) }, someBytes)
      const whole = Buffer.concat(strings.flatMap((s) => [Buffer.from(littleEndian(BigInt(s.length), 4)), s]))
      const bytes = below(2) ? whole : Buffer.from(mutated(whole, below))
      const expected: Buffer[] = []
      let at = 0
      for (; expected.length < strings.length; ) {
        if (bytes.length - at < 4) break
        const length = bytes.readUInt32LE(at)
        if (length > bytes.length - at - 4) break
        expected.push(bytes.subarray(at + 4, at + 4 + length))
        at += 4 + length
      }
      const from = canaries.put(bytes, below(16))
      const slices = canaries.place(strings.length * 8)
      const found = call('parquet_slices', from, from + bytes.length, strings.length, slices)
      expect(found, `seed ${seed} round ${i}`).toBe(expected.length < strings.length ? -1 : at)
      if (found >= 0) expect(texts(slices, strings.length)).toEqual(expected)
      intact()
    }
  })

  it('that share their beginnings', () => {
    for (let i = 0; i < ROUNDS; i++) {
      const count = below(20)
      let before = 0
      const lengths = Array.from({ length: count }, () => {
        const prefix = below(8) === 0 ? below(before + 3) - 1 : below(before + 1)
        const own = below(40) === 0 ? -1 : below(10)
        before = prefix + own
        return [prefix, own] as const
      })
      const suffixes = Buffer.from(Uint8Array.from({ length: Math.max(0, lengths.reduce((sum, [, own]) => sum + own, 0) - below(2)) }, () => below(256)))
      const expected: Buffer[] = []
      let at = 0
      let wrong = 0
      for (const [prefix, own] of lengths) {
        const last = expected.at(-1) ?? Buffer.alloc(0)
        if (prefix < 0 || own < 0 || prefix > last.length) wrong ||= 1
        if (wrong) break
        expected.push(Buffer.concat([last.subarray(0, prefix), suffixes.subarray(at, at + own)], prefix + own))
        at += own
      }
      const place = (which: 0 | 1) => canaries.put(stored(lengths.map((pair) => BigInt(pair[which])), 4))
      const prefixes = place(0)
      const owns = place(1)
      const total = call('parquet_joined_bytes', prefixes, owns, count)
      if (wrong) expect(total, `seed ${seed} round ${i}`).toBe(-1)
      else {
        expect(total).toBe(expected.reduce((sum, text) => sum + text.length, 0))
        const from = canaries.put(suffixes)
        const text = canaries.place(total)
        const slices = canaries.place(count * 8)
        const found = call('parquet_joined', prefixes, owns, count, from, from + suffixes.length, text, slices)
        expect(found, `seed ${seed} round ${i}`).toBe(at > suffixes.length ? -1 : at)
        if (found >= 0) expect(texts(slices, count)).toEqual(expected)
      }
      intact()
    }
  })

  it('are UTF-8 where TextDecoder says so', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const valid = (bytes: Uint8Array): boolean => {
      try {
        decoder.decode(bytes)
        return true
      } catch {
        return false
      }
    }
    const points = ['a', 'z', 'é', 'ÿ', 'ࠀ', '日', '\uffff', '𐀀', '😀', '\u{10ffff}', 'plain text ', '\u0000']
    const check = (strings: readonly Uint8Array[], note: string): void => {
      const whole = Buffer.concat(strings.flatMap((s) => [Buffer.from(littleEndian(BigInt(s.length), 4)), s]))
      const from = canaries.put(whole, below(16))
      const slices = canaries.place(strings.length * 8)
      call('parquet_slices', from, from + whole.length, strings.length, slices)
      expect(call('parquet_text', slices, strings.length, from, from + whole.length), note).toBe(strings.every(valid) ? 0 : -4)
      intact()
    }
    for (let i = 0; i < ROUNDS; i++) {
      const strings = Array.from({ length: below(5) }, () => Buffer.from(Array.from({ length: below(12) }, () => pick(points)).join('')))
      check(below(2) ? strings : strings.map((s) => (below(2) ? s : mutated(s, below))), `seed ${seed} round ${i}`)
    }
    for (let first = 0x80; first < 256; first++)
      for (const rest of [[], [0x80], [0x9f], [0xa0], [0xbf], [0x8f], [0x90], [0x80, 0x80], [0x9f, 0xbf], [0xa0, 0x80], [0x90, 0x80, 0x80], [0x8f, 0xbf, 0xbf], [0x80, 0x80, 0x80], [0x41, 0x80, 0x80]])
        check([Uint8Array.of(first, ...rest)], `${first} ${rest}`)
  })

  it('of UUIDs', () => {
    const ids = Array.from({ length: 5 }, () => Buffer.from(littleEndian(bits(128), 16)))
    const from = canaries.put(Buffer.concat(ids))
    const text = canaries.place(5 * 36)
    const slices = canaries.place(40)
    call('parquet_uuids', from, 5, text, slices)
    expect(texts(slices, 5).map(String)).toEqual(ids.map((id) => id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')))
    intact()
  })

  it('of several dictionaries are one', () => {
    for (let i = 0; i < ROUNDS / 8; i++) {
      const limit = below(60)
      const places = 2 ** Math.ceil(Math.log2(2 * limit + 2))
      const table = canaries.put(new Uint8Array(places * 8))
      const entries = canaries.place(limit * 8)
      const known: string[] = []
      let size = 0
      for (let d = 0; d < 3 && size >= 0; d++) {
        const strings = Array.from({ length: below(30) }, () => pick(['', 'a', 'b', 'aa', 'ab', `text ${below(20)}`, `longer than eight ${below(9)}`, `longer than sixteen bytes ${below(9)}`]))
        const slices = canaries.place(strings.length * 8)
        strings.forEach((s, k) => h.view.setBigUint64(slices + 8 * k, h.str(s), true))
        const remap = canaries.place(strings.length * 4)
        const found = call('parquet_unite', slices, strings.length, table, places - 1, entries, size, limit, remap)
        for (const s of strings) if (!known.includes(s)) known.push(s)
        expect(found, `seed ${seed} round ${i}`).toBe(known.length > limit ? -8 : known.length)
        size = found
        if (found >= 0) expect(strings.map((_, k) => h.get(remap + 4 * k))).toEqual(strings.map((s) => known.indexOf(s)))
      }
      if (size >= 0) expect(texts(entries, size).map(String)).toEqual(known)
      intact()
    }
  })
})
