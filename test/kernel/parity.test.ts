/** Programs at random run natively as the reference evaluator runs them, bit for bit, over vecs of all lengths. */
import { expect, test } from 'vitest'
import type { Plain } from '../language/evaluate.ts'
import { Random, randomValue } from '../language/random-input.ts'
import { randomProgram } from '../language/random-program.ts'
import { testSeed } from '../seed.ts'
import { pasteable, type Verdict, verdictOn } from './parity-check.ts'

const seed = testSeed()
const programs = Number(process.env['ARCWELD_FUZZ_N'] || 2000)

const judged = async (from: number, count: number, inputsOf: (made: ReturnType<typeof randomProgram>, n: number) => readonly Plain[], mostRounds?: number) => {
  const verdicts: Record<Verdict, number> = { same: 0, raised: 0, unsupported: 0, 'too long': 0, 'not raised': 0 }
  for (let n = 0; n < count; n++) {
    const made = randomProgram(from + n)
    const inputs = inputsOf(made, n)
    try {
      verdicts[await verdictOn(made.kernel, inputs, mostRounds)]++
    } catch (error) {
      throw new Error(`program ${from + n} (SEED=${seed}): ${(error as Error).message}\n${pasteable(made.kernel, inputs)}`, { cause: error })
    }
  }
  return verdicts
}

test(`${programs} programs, seed ${seed}`, async () => {
  const verdicts = await judged(seed, programs, ({ inputs }) => inputs)
  expect(verdicts.same).toBeGreaterThan(programs * 0.7)
  expect(verdicts.unsupported).toBeLessThanOrEqual(programs * 0.002)
  // A value that nothing reads need not be computed, and then does not raise.
  expect(verdicts['not raised']).toBeLessThan(programs * 0.08)
}, 300_000)

/** Around the chunks of 1024 rows, of 2048 and beyond. */
const LENGTHS = [0, 1, 2, 7, 8, 9, 1023, 1024, 1025, 2047, 2048, 2049, 5000] as const

test(`programs over vecs of ${LENGTHS.join(', ')} elements`, async () => {
  const count = Math.ceil(programs / 5)
  const verdicts = await judged(
    seed + 1_000_000,
    count,
    ({ kernel }, n) => {
      const random = new Random(seed + n)
      const length = LENGTHS[n % LENGTHS.length] as number
      return kernel.params.map(({ type }): Plain => (type.kind === 'vec' ? Array.from({ length }, () => randomValue(type.of, random)) : randomValue(type, random)))
    },
    100_000,
  )
  expect(verdicts.same).toBeGreaterThan(count * 0.5)
}, 300_000)
