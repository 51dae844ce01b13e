/** In a worker: runs of rows of a column that was decoded, one behind the other into another place. */
import type { CallScope } from '../../bridge/worker.ts'
import { pageFunctions } from './decode/runtime.ts'

/** Words that each run takes: address of its first value, of its batch's validity (0: no NULLs), its first row in that, its rows. */
export const RUN_WORDS = 4

export interface CompactTask {
  readonly runs: Uint32Array
  /** Bytes of a value. */
  readonly width: number
  /** Where the first value goes. */
  readonly data: number
  /** The validity of its row, which is a multiple of 8 of its batch's; 0: there is none. */
  readonly validity: number
}

export const compact = ({ runs, width, data, validity }: CompactTask, { memory, runtime }: CallScope): void => {
  const bytes = new Uint8Array(memory.buffer)
  const { parquet_copy_bits: copyBits, parquet_fill_bits: fillBits } = pageFunctions(runtime)
  let row = 0
  for (let at = 0; at < runs.length; at += RUN_WORDS) {
    const [from, valid, first, rows] = [runs[at]!, runs[at + 1]!, runs[at + 2]!, runs[at + 3]!]
    bytes.copyWithin(data + row * width, from, from + rows * width)
    if (validity !== 0 && valid !== 0) copyBits(valid, first, rows, validity, row)
    else if (validity !== 0) fillBits(validity, row, rows)
    row += rows
  }
}
