/**
 * The one place that knows benny. Contestants answer first, and only where all answers are equal are they timed; figures
 * are medians, compared with the first contestant's.
 */
import benny from 'benny'
import { difference } from './answers.ts'

export interface Contestant {
  readonly name: string
  readonly threads: number
  /** The work that is timed; may return a promise. */
  readonly run: () => unknown
  /** The result that `run` gave, in a form that bench/answers.ts finds equal for equal answers. */
  readonly answer: (result: any) => unknown
}

export interface Figure {
  readonly name: string
  readonly threads: number
  readonly medianMs: number
}

/** Seconds that benny spends on a contestant. */
const SECONDS = 2

const ms = (seconds: number): string => (seconds * 1000).toFixed(2)

/** Figures in the contestants' order, which are also printed. Throws an Error where one answers otherwise than the first. */
export const compare = async (title: string, contestants: readonly [Contestant, ...Contestant[]], seconds = SECONDS): Promise<Figure[]> => {
  const [first, ...others] = contestants
  const expected = first.answer(await first.run())
  for (const { name, run, answer } of others) {
    const found = difference(expected, answer(await run()))
    if (found !== undefined) throw new Error(`${title}: ${name} answers otherwise than ${first.name}: ${found}`)
  }

  const { results } = await benny.suite(
    title,
    ...contestants.map(({ name, run }) => benny.add(name, () => async () => run())),
    benny.configure({ cases: { minSamples: 5, maxTime: seconds } }),
  )
  const timed = contestants.map(({ name, threads }) => {
    const result = results.find((entry) => entry.name === name)
    if (!result?.completed) throw new Error(`${title}: ${name} has no times`)
    return { name, threads, details: result.details }
  })
  const own = timed[0]?.details.median ?? Number.NaN
  const width = Math.max(...timed.map(({ name }) => name.length))
  for (const { name, threads, details } of timed) {
    const spread = `${ms(details.min)} to ${ms(details.max)}`
    console.log(`  ${name.padEnd(width)}  ${threads} thr  ${ms(details.median).padStart(9)} ms  ${spread.padStart(20)}  ${(details.median / own).toFixed(2).padStart(8)}×`)
  }
  console.log()
  return timed.map(({ name, threads, details }) => ({ name, threads, medianMs: details.median * 1000 }))
}
