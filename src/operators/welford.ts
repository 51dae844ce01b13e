/** Variance and standard deviation by Welford's updates, in the order of operations DuckDB uses. */
import { EvalError, type Value } from './registry.ts'

export interface Moments {
  n: number
  mean: number
  squares: number
}

export const deviation = (name: string, sample: boolean, root: boolean) => ({
  init: (): Moments => ({ n: 0, mean: 0, squares: 0 }),
  add: (state: Moments, x: number): void => {
    state.n++
    const before = x - state.mean
    state.mean += before / state.n
    state.squares += (x - state.mean) * before
  },
  finish: ({ n, squares }: Moments): Value => {
    if (n === 0 || (sample && n === 1)) return null
    const variance = sample ? squares / (n - 1) : n > 1 ? squares / n : 0
    const value = root ? Math.sqrt(variance) : variance
    if (!Number.isFinite(value)) throw new EvalError('OVERFLOW', `${name} is not a finite number`)
    return value
  },
})
