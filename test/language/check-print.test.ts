/** Typed kernels print as text that is read and checked as the same kernel. */
import { describe, expect, it } from 'vitest'
import { parseKernel, printExpr } from '../../src/language/index.ts'
import { testSeed } from '../seed.ts'
import { randomProgram } from './random-program.ts'

const SEED = testSeed()
const CASES = Number(process.env['ARCWELD_FUZZ_N'] || 1000)

/** Without places; integers as bigints. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value === 'number' && Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, v]) => (key === 'at' || v === undefined ? [] : [[key, bare(v)]])))
}

describe('printing kernels', () => {
  it('is undone by reading, for programs at random', () => {
    let misnamed = 0
    for (let i = 0; i < CASES; i++) {
      const { kernel } = randomProgram(SEED + i)
      const text = printExpr(kernel)
      const where = `SEED=${SEED}, case ${i}:\n${text}`
      let again: typeof kernel
      try {
        again = parseKernel(text)
      } catch (error) {
        // The generator numbers its functions: f32, f64.
        if (!/let f(32|64) = \|/.test(text)) throw new Error(`${where}\n${error}`)
        misnamed++
        continue
      }
      expect(bare(again), where).toEqual(bare(kernel))
      expect(printExpr(again), where).toBe(text)
    }
    expect(misnamed).toBeLessThan(Math.max(5, CASES / 50))
  })
})
