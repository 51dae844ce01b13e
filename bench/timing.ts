/**
 * Times of short runs, in one process, one after the other: contestants take turns, so that what else the machine does falls on
 * all of them. A sample is as many runs as fill two milliseconds, after one that is not timed; a figure is the median of the
 * samples; the spread is from nearly the least, which is what the code can do, to the upper quartile.
 */

export interface Timed {
  readonly name: string
  readonly run: () => void
}

export interface Figure {
  readonly name: string
  /** ms of one run. */
  readonly median: number
  readonly low: number
  readonly high: number
}

const WARM_UP_MS = 150
const WARM_UP_RUNS = 30
const SAMPLE_MS = 2

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!

/** Runs until the code is optimised; gives how many runs make a sample. */
const warmUp = (run: () => void): number => {
  const begin = performance.now()
  let runs = 0
  let last = 0
  while (runs < WARM_UP_RUNS || performance.now() - begin < WARM_UP_MS) {
    const start = performance.now()
    run()
    last = performance.now() - start
    runs++
    if (performance.now() - begin > 20 * WARM_UP_MS) break
  }
  return Math.max(1, Math.round(SAMPLE_MS / Math.max(last, 1e-3)))
}

/** Figures in the contestants' order. */
export const timeInTurns = (contestants: readonly Timed[], samples: number): Figure[] => {
  const runs = contestants.map(({ run }) => warmUp(run))
  const times = contestants.map((): number[] => [])
  for (let s = 0; s < samples; s++) {
    contestants.forEach(({ run }, c) => {
      // The one before has left its data in the caches.
      run()
      const start = performance.now()
      for (let i = 0; i < runs[c]!; i++) run()
      times[c]!.push((performance.now() - start) / runs[c]!)
    })
  }
  return contestants.map(({ name }, c) => {
    const sorted = times[c]!.toSorted((a, b) => a - b)
    return { name, median: quantile(sorted, 0.5), low: quantile(sorted, 0.05), high: quantile(sorted, 0.75) }
  })
}
