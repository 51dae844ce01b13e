/** What is told of samples and ratios. */
import { summary, type Times } from '../demo/measure.ts'

/** Milliseconds; `samples` in the order of the rounds. */
export interface Samples extends Times {
  readonly samples: readonly number[]
}

export const withSamples = (samples: readonly number[]): Samples => ({ ...summary(samples), samples })

/** Undefined of nothing. */
export const geometricMean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

export const median = (values: readonly number[]): number => summary(values).median
