/**
 * The one place that knows benny. Contestants answer first, and only where all answers are equal are they timed; figures
 * are medians, compared with the first contestant's.
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} threads
 * @property {() => unknown} run        the work that is timed; may return a promise
 * @property {(result: any) => string} answer   its result in a form that is equal for equal answers
 */
import assert from 'node:assert/strict'
import benny from 'benny'

/** Seconds that benny spends on a contestant. */
const SECONDS = 2

const ms = (seconds) => (seconds * 1000).toFixed(2)

/**
 * @param {string} title
 * @param {readonly Contestant[]} contestants
 * @returns {Promise<{ name: string, threads: number, medianMs: number }[]>}
 */
export const compare = async (title, contestants) => {
  const [first] = contestants
  const expected = first.answer(await first.run())
  for (const { name, run, answer } of contestants) assert.equal(answer(await run()), expected, `${name} answers otherwise than ${first.name}`)

  const { results } = await benny.suite(
    title,
    ...contestants.map(({ name, run }) => benny.add(name, () => async () => run())),
    benny.configure({ cases: { minSamples: 5, maxTime: SECONDS } }),
  )
  const figures = contestants.map(({ name, threads }) => {
    const { details } = results.find((result) => result.name === name)
    return { name, threads, medianMs: details.median * 1000, details }
  })
  const own = figures[0].details.median
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, threads, details } of figures) {
    const spread = `${ms(details.min)} to ${ms(details.max)}`
    console.log(`  ${name.padEnd(width)}  ${threads} thr  ${ms(details.median).padStart(9)} ms  ${spread.padStart(20)}  ${(details.median / own).toFixed(2).padStart(8)}×`)
  }
  console.log()
  return figures.map(({ name, threads, medianMs }) => ({ name, threads, medianMs }))
}
