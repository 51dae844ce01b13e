/** Goes over a whole JSON file: its texts are scanned by the workers, a few ahead, and what comes back is taken in the order of the file. */
import type { Lease } from '../../bridge/memory.ts'
import type { CellHints, PieceReading } from '../text/windows.ts'
import { type ScanResult, type ScanTask, TASKS } from './chunk-task.ts'
import { type Fed, feed, FeedFault, type TextFile } from './feed.ts'
import type { JsonPool } from './file.ts'
import { scanError } from './mistakes.ts'
import type { Columns } from './shape.ts'

/** Of a text, while it is scanned: so many times its bytes, about. */
const EXPANSION = 8
const LEAST_PIECE = 1 << 16

interface Scanning {
  readonly file: TextFile
  readonly columns: Columns
  /** Of the columns that are asked for. */
  readonly indices: readonly number[]
  readonly pool: JsonPool
  readonly pieceBytes: number
  readonly reading: PieceReading
  /** What is needed on the way is within its bounds. */
  readonly lease: Lease
  readonly signal: AbortSignal | undefined
}

/** Results in the order of the file, each with its lease; the first fault in that order is thrown. */
export async function* scanFile({ file, columns, indices, pool, pieceBytes, reading, lease, signal }: Scanning) {
  const { hints: hintsOf, open } = reading
  // Texts in flight and what is made of them are to take half of the memory.
  const bytes = Math.min(pieceBytes, Math.max(LEAST_PIECE, Math.floor(lease.available / (2 * EXPANSION * (pool.threads + 1)))))
  const texts = feed(file, { pool, bytes, open: () => lease.workspace() })
  const waiting: { readonly fed: Fed; readonly hints: readonly CellHints[]; readonly lease: Lease; readonly result: Promise<ScanResult> }[] = []
  let feeding: FeedFault | undefined
  try {
    for (let more = true; more || waiting.length > 0; ) {
      while (more && waiting.length <= pool.threads) {
        signal?.throwIfAborted()
        const next = await texts.next().catch((error: unknown) => {
          if (!(error instanceof FeedFault)) throw error
          feeding = error
          return { done: true, value: undefined } as const
        })
        if (next.done) more = false
        else {
          const fed = next.value as Fed
          const hints = hintsOf()
          const kept = open?.() ?? lease
          const task: ScanTask = {
            stretch: fed.stretch, layout: file.layout, columns, asked: indices.map((index, i) => ({ index, hints: hints[i]! })), mayBeEmpty: fed.mayBeEmpty,
            lease: kept.id, scratch: fed.scratch.id,
          }
          const result = pool.call(TASKS, 'scanText', task) as Promise<ScanResult>
          result.catch(() => {})
          waiting.push({ fed, hints, lease: kept, result })
        }
      }
      const first = waiting[0]
      if (first === undefined) break
      const result = await first.result
      if (result.ok === false) throw await scanError(file, result)
      waiting.shift()
      first.fed.scratch.release()
      const { stretch } = first.fed
      yield { result, hints: first.hints, lease: first.lease, bytes: 'path' in stretch ? stretch.to - stretch.from : stretch.length }
    }
    if (feeding) throw await scanError(file, feeding.fault)
  } finally {
    // Nobody may work under leases that are given back.
    await Promise.allSettled(waiting.map(({ result }) => result))
    for (const { fed, lease: kept } of waiting) {
      fed.scratch.release()
      if (open) kept.release()
    }
    await texts.return(undefined)
  }
}
