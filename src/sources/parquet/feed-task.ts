/**
 * What a worker is told to read by itself: parts of a file, a row group each, and the kernel that takes their rows. Its memory is had once
 * and used again for part after part, so what is read, decoded and gone over stays in the caches.
 */
import type { FedCounts, FedKernel } from '../../bridge/fed-rows.ts'
import type { Failure } from '../../bridge/job.ts'
import type { Physical } from '../../layout/relation.ts'
import type { Range } from '../../layout/types.ts'
import type { ChunkPiece, Damage, LeafInfo } from './chunk-task.ts'
import type { ReadPart } from './page-index.ts'

export const FEEDER = new URL('./feed-parts.js', import.meta.url)

/** A flat column, in the form that it has in all parts. */
export interface FedColumn {
  readonly leaf: LeafInfo
  readonly physical: Physical
  readonly nullable: boolean
  /** Values beyond it are FormBroken. */
  readonly range: Range | undefined
}

/** A column chunk; where its bytes lie in the file. */
export interface FedChunk extends Pick<ChunkPiece, 'codec' | 'uncompressed' | 'dictionary'> {
  readonly parts: readonly ReadPart[]
}

export interface FedPart extends Pick<ChunkPiece, 'select'> {
  /** Of the row group, and those of it that come out. */
  readonly groupRows: number
  readonly rows: number
  /** Rows of the parts before. */
  readonly rowBase: number
  /** One a column. */
  readonly chunks: readonly FedChunk[]
}

/** Memory that a worker has had for earlier parts. */
export interface Stretch {
  readonly address: number
  readonly bytes: number
}

export interface FeedTask {
  /** Of the open file. */
  readonly descriptor: number
  readonly columns: readonly FedColumn[]
  readonly parts: readonly FedPart[]
  readonly kernel: FedKernel
  /** Lease of the stretches. */
  readonly lease: number
  readonly stretches: readonly Stretch[]
}

/** What ended the task, if anything did. */
export type FeedEnd =
  | { readonly by: 'damage'; readonly damage: Damage }
  /** A column, by its number, is not what was promised. */
  | { readonly by: 'broken'; readonly column: number }
  /** The file ends there. */
  | { readonly by: 'end of file'; readonly byteOffset: number }
  | { readonly by: 'unreadable'; readonly code: string | undefined; readonly message: string }
  | { readonly by: 'kernel'; readonly failure: Failure }

export interface FeedResult {
  readonly stretches: readonly Stretch[]
  readonly counts: FedCounts
  readonly end?: FeedEnd | undefined
}
