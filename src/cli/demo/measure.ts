/** Times of several contestants on one piece of work: warmed up, alternating, as medians with their spread. */

export interface Times {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

export interface Contestant {
  readonly name: string
  run(): Promise<unknown>
  /** After each run, outside of its time. */
  after?(): Promise<void>
  /** Timed runs at most, where fewer than the others get. */
  readonly runs?: number
  /** Runs that are not timed at most. */
  readonly warmups?: number
}

/** Milliseconds. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export const summary = (samples: readonly number[]): Times => {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, runs: sorted.length }
}

const runOnce = async (contestant: Contestant): Promise<number> => {
  const ms = await timed(() => contestant.run())
  await contestant.after?.()
  return ms
}

/**
 * Milliseconds of each run, in the contestants' order. Each runs `warmups` times first; then they take turns, and the one that begins
 * changes from round to round, so that none always finds the caches another left.
 */
export const takeTurns = async (contestants: readonly Contestant[], runs: number, warmups: number): Promise<number[][]> => {
  for (let i = 0; i < warmups; i++) for (const contestant of contestants) if (i < (contestant.warmups ?? warmups)) await runOnce(contestant)
  const samples = contestants.map((): number[] => [])
  for (let round = 0; round < runs; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const at = (round + turn) % contestants.length
      const contestant = contestants[at]
      if (!contestant || round >= (contestant.runs ?? runs)) continue
      samples[at]?.push(await runOnce(contestant))
    }
  }
  return samples
}

/** As `takeTurns`, summed up. */
export const race = async (contestants: readonly Contestant[], runs: number, warmups: number): Promise<Times[]> => (await takeTurns(contestants, runs, warmups)).map(summary)
