/** One program natively and by the reference evaluator: the same value bit for bit, or the same error. */
import { ArcweldError, IrError } from '../../src/errors.ts'
import { printExpr } from '../../src/language/index.ts'
import type { Kernel } from '../../src/language/nodes.ts'
import { type Calls, evaluate, type Plain, Raises, TooLong } from '../language/evaluate.ts'
import { asKernelValue, same } from './convert.ts'
import { kernelOfChecked } from './machine.ts'

export type Verdict = 'same' | 'raised' | 'unsupported' | 'too long' | 'not raised'

/** Functions of the runtime that programs at random call. */
export const CALLS: Calls = {
  str_length: (text) => BigInt([...Buffer.from(text as string, 'latin1').toString('utf8')].length),
  str_slice: (text, start, bytes) => {
    const within = (x: bigint): number => Number(x < 0n ? 0n : x > BigInt((text as string).length) ? BigInt((text as string).length) : x)
    return (text as string).slice(within(start as bigint), within((start as bigint) + (bytes as bigint)))
  },
}

/** What a person can paste: the program, and a line of JSON for each input. */
export const pasteable = (kernel: Kernel, inputs: readonly Plain[]): string =>
  [printExpr(kernel), ...inputs.map((input) => `# ${JSON.stringify(input, (_, x: unknown) => (typeof x === 'bigint' ? `${x}` : typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0)) ? (Object.is(x, -0) ? '-0' : String(x)) : x))}`)].join('\n')

/** Throws where native code and evaluator differ. `given`: the same inputs as the native kernel is to have them. */
export const verdictOn = async (kernel: Kernel, inputs: readonly Plain[], mostRounds = 20_000, given: readonly unknown[] = inputs): Promise<Verdict> => {
  let expected: Plain = null
  let raises: string | undefined
  try {
    expected = evaluate(kernel, inputs, CALLS, mostRounds)
  } catch (error) {
    if (error instanceof TooLong) return 'too long'
    if (!(error instanceof Raises)) throw error
    raises = error.code
  }
  let found: Awaited<ReturnType<ReturnType<typeof kernelOfChecked>['run']>> | undefined
  try {
    const native = kernelOfChecked(kernel)
    try {
      found = await native.run(...given)
    } finally {
      native.close()
    }
  } catch (error) {
    if (error instanceof IrError && error.code === 'UNSUPPORTED_KERNEL') return 'unsupported'
    if (!(error instanceof ArcweldError)) throw error
    if (raises === undefined) throw new Error(`raises ${error.code}: ${error.message}`, { cause: error })
    if (error.code !== raises && !['RAISED', 'OVERFLOW', 'DIVIDE_BY_ZERO'].includes(error.code)) throw new Error(`raises ${error.code}, not ${raises}`, { cause: error })
    return 'raised'
  }
  if (raises !== undefined) return 'not raised'
  const wanted = asKernelValue(kernel.body.type, expected)
  if (!same(found.value, wanted)) throw new Error(`gives ${shown(found.value)}\nnot   ${shown(wanted)}`)
  return 'same'
}
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x instanceof Map ? { dict: [...x] } : Object.is(x, -0) ? '-0' : typeof x === 'number' && !Number.isFinite(x) ? String(x) : x))
