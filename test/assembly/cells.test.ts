/** Cells as typed values, against the reference casts: plain digits go a way of their own, everything else the casts'. */
import { describe, expect, it } from 'vitest'
import { decimal, INT64, parseType, type SqlType } from '../../src/layout/types.ts'
import { fromText, parseExact } from '../../src/operators/cast-text.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 20_000)
const STRICT = 8
const arena = h.reserve(65536)
h.set(h.ctx + 8, arena)
h.set(h.ctx + 12, arena + 65536)

const block = h.reserve(128)
h.bytes.fill(0, block, block + 128)
const words = h.reserve(16)
const out = h.reserve(64)
const bits = h.reserve(64)

/** One cell; undefined where it is no value. */
const cell = <T>(name: string, text: string, flags: number, value: () => T, ...args: number[]): T | undefined => {
  const slice = h.str(text)
  const from = Number(slice & 0xffffffffn)
  for (const [i, word] of [words, 8, 0, 0x22, 0x22, 0, flags, out, bits, 0].entries()) h.set(block + 4 * i, word)
  h.set(words, from)
  h.set(words + 4, from + Number(slice >> 32n))
  h.view.setBigInt64(block + 40, (1n << 63n) - 1n, true)
  h.view.setBigInt64(block + 48, -(1n << 63n), true)
  h.view.setBigUint64(bits, 0n, true)
  const done = h.call(name, block, 0, 1, ...args)
  if (done === 0) return undefined
  expect(h.get(bits), text).toBe(1)
  return value()
}

const bounds = (low: bigint, high: bigint, scale: number): void => {
  h.view.setBigInt64(block + 56, low, true)
  h.view.setBigInt64(block + 64, high, true)
  h.set(block + 72, scale)
  h.set(block + 76, 0)
}

const digits = (most: number): string => Array.from({ length: 1 + below(most) }, () => below(10)).join('')
const number = (): string => {
  const plain = `${pick(['', '', '', '-', '+', ' '])}${pick([digits(9), digits(19), '0', '00', '7', ''])}${pick(['', '', `.${digits(6)}`, '.', `.${digits(12)}`])}${pick(['', '', '', 'e3', 'E-2', ' ', 'x'])}`
  if (below(8) > 0 || plain === '') return plain
  const at = below(plain.length)
  return plain.slice(0, at) + pick(['.', '_', '/', ':', ',', 'é']) + plain.slice(at)
}

describe(`typed cells, seed ${seed}`, () => {
  const long = () => h.view.getBigInt64(out, true)

  it('integers and decimals', () => {
    for (let i = 0; i < rounds; i++) {
      const text = number()
      if (text === '') continue
      const [type, scale] = pick<readonly [SqlType, number]>([[INT64, 0], [decimal(18, 2), 2], [decimal(9, 4), 4], [decimal(18, 15), 15]])
      const most = type.kind === 'decimal' ? 10n ** BigInt(type.precision) - 1n : (1n << 63n) - 1n
      bounds(type.kind === 'decimal' ? -most : -(1n << 63n), most, scale)
      const want = parseExact(type, scale, type.kind !== 'decimal', false)(text) as bigint | undefined
      const fits = want !== undefined && want <= most && want >= (type.kind === 'decimal' ? -most : -(1n << 63n))
      expect(cell('cells_i64', text, 0, long, type.kind === 'decimal' ? 0 : 1), JSON.stringify([text, scale])).toBe(fits ? want : undefined)
    }
  })

  it('doubles', () => {
    const reference = fromText(parseType('double') as SqlType) as (s: string) => number | undefined
    for (let i = 0; i < rounds; i++) {
      const text = number()
      if (text === '') continue
      expect(cell('cells_f64', text, 0, () => h.view.getFloat64(out, true)), JSON.stringify(text)).toBe(reference(text))
    }
  })

  it('dates and timestamps', () => {
    bounds(0n, 0n, 0)
    const date = fromText(parseType('date') as SqlType) as (s: string) => number | undefined
    const time = fromText(parseType('timestamp') as SqlType) as (s: string) => bigint | undefined
    const two = (most: number) => String(below(most)).padStart(2, '0')
    for (let i = 0; i < rounds; i++) {
      const day = `${pick([String(below(10000)).padStart(4, '0'), '2024', '1900', '2000', digits(6)])}${pick(['-', '-', '-', '/'])}${two(14)}-${two(33)}`
      const text = pick([day, `${day} ${two(25)}:${two(61)}:${two(61)}`, `${day}T${two(24)}:${two(60)}:${two(60)}.${digits(6)}`, `${day}${pick([' ', 'x', '1', ' 10'])}`])
      const wantDay = date(text)
      expect(cell('cells_date', text, 0, () => Number(long())), JSON.stringify(text)).toBe(wantDay)
      expect(cell('cells_timestamp', text, 0, long, 0), JSON.stringify(text)).toBe(time(text.trimEnd()))
    }
  })

  it('what was inferred is what is accepted', () => {
    const kinds = (text: string): number => {
      cell('cells_bool', text, 0, () => 0)
      return Number(h.call('cells_kinds', block, 0, 1, 63)) & 63
    }
    bounds(-(1n << 63n), (1n << 63n) - 1n, 0)
    for (let i = 0; i < rounds; i++) {
      const text = pick([number, number, () => pick(['true', 'F', 'yes', 'inf', '-Infinity', 'NaN', '2024-02-29', '2024-02-30', '2024-02-29 10:11', '2024-02-29 10:11:12Z', '10:11', '0x1f', 'é'])])()
      if (text === '') continue
      const kind = kinds(text)
      const accepted = (name: string, ...args: number[]) => cell(name, text, STRICT, () => true, ...args) === true
      const told = [accepted('cells_bool'), accepted('cells_date'), accepted('cells_timestamp', 0), accepted('cells_timestamp', 1), accepted('cells_i64', 1), accepted('cells_f64')]
      expect(told.map(Number), JSON.stringify(text)).toEqual([0, 1, 2, 3, 4, 5].map((bit) => (kind >> bit) & 1))
    }
  })

  it('a format', () => {
    const steps = h.reserve(64)
    const at = (format: readonly number[]) => {
      h.set(steps, format.length / 2)
      h.bytes.set(format, steps + 4)
      h.set(block + 76, steps)
    }
    const of = (text: string) => Array.from(text, (c): number[] => (/[a-z]/i.test(c) ? [c.charCodeAt(0), 0] : [0, c.charCodeAt(0)])).flat()
    const time = (format: string, text: string) => {
      at(of(format))
      return cell('cells_timestamp', text, 0, long, 0)
    }
    const utc = (...parts: Parameters<typeof Date.UTC>) => BigInt(Date.UTC(...parts)) * 1000n
    expect(time('d.m.Y H:M', '3.2.2024 7:05')).toBe(utc(2024, 1, 3, 7, 5))
    expect(time('m/d/y I:M p', '12/31/68 12:30 AM')).toBe(utc(2068, 11, 31, 0, 30))
    expect(time('m/d/y I:M p', '12/31/69 12:30 PM')).toBe(utc(1969, 11, 31, 12, 30))
    expect(time('b d Y', 'Feb 29 2024')).toBe(utc(2024, 1, 29))
    expect(time('B d Y', 'February 29 2023')).toBe(undefined)
    expect(time('a, d b Y H:M:S.f z', 'Mon, 01 Jan 2024 00:00:00.25 +0130')).toBe(utc(2023, 11, 31, 22, 30) + 250000n)
    expect(time('Y-j', '2024-366')).toBe(utc(2024, 11, 31))
    expect(time('Y-j', '2023-366')).toBe(undefined)
    expect(time('d.m.Y', '3.2.2024 ')).toBe(utc(2024, 1, 3))
    expect(time('d.m.Y', '3.2.2024x')).toBe(undefined)
    expect(time('d.m.Y', '3.13.2024')).toBe(undefined)
    expect(time('H:M', '24:00')).toBe(undefined)
  })
})
