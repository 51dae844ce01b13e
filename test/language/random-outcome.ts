/** What a random kernel came to: a value, an error's code, or too many rounds to wait for. */
import type { Kernel } from '../../src/language/nodes.ts'
import { type Calls, evaluate, type Plain, Raises, sameValue, TooLong } from './evaluate.ts'

export type Outcome = { readonly value: Plain } | { readonly code: string } | { readonly long: true }

/** The runtime's functions that random kernels call; strings come as bytes. */
const CALLS: Calls = { str_length: (s) => BigInt([...Buffer.from(s as string, 'latin1').toString('utf8')].length) }

export const outcome = (kernel: Kernel, inputs: readonly Plain[], mostRounds = 20_000): Outcome => {
  try {
    return { value: evaluate(kernel, inputs, CALLS, mostRounds) }
  } catch (error) {
    if (error instanceof Raises) return { code: error.code }
    if (error instanceof TooLong) return { long: true }
    throw error
  }
}

/** Values bit for bit, errors by code. */
export const sameOutcome = (a: Outcome, b: Outcome): boolean => {
  if ('code' in a || 'code' in b) return 'code' in a && 'code' in b && a.code === b.code
  return 'value' in a && 'value' in b && sameValue(a.value, b.value)
}
