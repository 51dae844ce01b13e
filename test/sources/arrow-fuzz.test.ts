/**
 * Damaged IPC bytes: whatever is flipped, cut, moved or claimed, a source gives values or a SourceError with a code, and asks for no more
 * memory than there is. ARCWELD_FUZZ_N says how many cases.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ArcweldError } from '../../src/errors.ts'
import { arrowIpcSource } from '../../src/sources/arrow.ts'
import { fixtures, pathOf } from '../fixtures/arrow/read.ts'
import { runtimeArena } from '../layout/arena.ts'
import { mulberry32 } from '../random.ts'
import { testSeed } from '../seed.ts'

const CASES = Number(process.env['ARCWELD_FUZZ_N'] ?? 3000)
const ROOM = 8 << 20
const CODES = ['FILE_CORRUPT', 'FILE_FORMAT', 'UNSUPPORTED_TYPE', 'OVERFLOW', 'MEMORY_EXCEEDED']

const WORDS = [0, 1, -1, 2, 7, 255, 65535, 0x7fffffff, -0x80000000, 0x7ffffff8, 1 << 20, 1 << 28]

/** Puts a number where one may stand: lengths and places lie at multiples of four. */
const place = (bytes: Uint8Array, next: () => number): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = Math.floor((next() * (bytes.length - 8)) / 4) * 4
  const word = WORDS[Math.floor(next() * WORDS.length)]!
  if (next() < 0.3) view.setBigInt64(at, next() < 0.5 ? BigInt(word) : BigInt(word) << 24n, true)
  else view.setInt32(at, next() < 0.2 ? bytes.length + Math.floor(next() * 17) - 8 : word, true)
}

const damaged = (whole: Uint8Array, next: () => number): Uint8Array => {
  const kind = next()
  if (kind < 0.1) return whole.slice(0, Math.floor(next() * whole.length))
  const bytes = whole.slice()
  const times = 1 + Math.floor(next() * next() * 6)
  for (let i = 0; i < times; i++) {
    const at = Math.floor(next() * bytes.length)
    if (kind < 0.45) bytes[at]! ^= 1 << Math.floor(next() * 8)
    else if (kind < 0.55) bytes[at] = Math.floor(next() * 256)
    else if (kind < 0.9) place(bytes, next)
    else bytes.copyWithin(at, Math.floor(next() * bytes.length), Math.floor(next() * bytes.length))
  }
  return bytes
}

test(`${CASES} damaged files and streams`, { timeout: 60_000 + CASES * 100 }, async () => {
  const seed = testSeed()
  const wholes = fixtures.map((fixture) => ({ ...fixture, bytes: new Uint8Array(readFileSync(pathOf(fixture))) }))
  const outcomes = new Map<string, number>()
  for (let i = 0; i < CASES; i++) {
    const next = mulberry32(seed + i * 7919)
    const { file, bytes } = wholes[Math.floor(next() * wholes.length)]!
    const what = `SEED=${seed}, case ${i}: ${file}`
    const note = (error: unknown): void => {
      if (!(error instanceof ArcweldError) || !CODES.includes(error.code)) throw new Error(what, { cause: error })
      outcomes.set(error.code, (outcomes.get(error.code) ?? 0) + 1)
    }
    let source: Awaited<ReturnType<typeof arrowIpcSource>>
    try {
      source = await arrowIpcSource(damaged(bytes, next))
    } catch (error) {
      expect(error, what).toMatchObject({ name: 'SourceError' })
      note(error)
      continue
    }
    for (let column = 0; column < Math.min(source.fields.length, 8); column++) {
      const { name } = source.fields[Math.floor(next() * source.fields.length)]!
      try {
        await source.load([name], runtimeArena(ROOM))
        outcomes.set('read', (outcomes.get('read') ?? 0) + 1)
      } catch (error) {
        note(error)
      }
    }
  }
  expect([...outcomes.keys()], String([...outcomes])).toEqual(expect.arrayContaining(['read', 'FILE_CORRUPT']))
})
