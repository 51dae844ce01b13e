/**
 * A bundle: one pipeline, or a whole stage, with all it needs to run alone. The file is a line of text and, compressed by gzip
 * (so that a damaged file is noticed), a header and memory:
 *
 *   arcweld bundle 1 \n  gzip( u32 header bytes, little-endian · header as JSON · bytes of its segments one after the other )
 *
 * Addresses are those of the captured memory: a replay puts the segments where they were, and no pointer changes.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { ArcweldError, SourceError } from '../errors.ts'
import type { Scalar } from '../ir/nodes.ts'

export const BUNDLE_VERSION = 1
const MAGIC = 'arcweld bundle '

export interface Segment {
  readonly address: number
  readonly bytes: Uint8Array
}

/** A column as a kernel finds it; `dictionary` where its values are codes. */
export interface BundleColumn {
  readonly name: string
  /** The SQL type's name. */
  readonly type: string
  readonly physical: string
  readonly nullable: boolean
  readonly dictionary?: { readonly size: number; readonly slices: number } | undefined
}

/** A relation: addresses of data, validity and offsets of each column in each batch. Rows outside of `morsels` may be missing. */
export interface BundleInput {
  readonly columns: readonly BundleColumn[]
  readonly batches: readonly { readonly rows: number; readonly vectors: readonly (readonly [number, number, number])[] }[]
}

/** Rows [from, to) of a batch of the pipeline's source. */
export interface Morsel {
  readonly batch: number
  readonly from: number
  readonly to: number
}

/** What running it comes to. `lines` are rows as JSON arrays, sorted where the rows have no order; left out where there are many. `raises`: a code, or * for any. */
export type Outcome =
  | { readonly rows: number; readonly digest: string; readonly lines?: readonly string[] | undefined; readonly raises?: undefined }
  | { readonly raises: string; readonly message: string; readonly rows?: undefined }

/** What the pipelines before it left: only there where a pipeline other than the first was captured alone. */
export interface BundleState {
  readonly context: number
  readonly shared: number
  /** Where the code that made it keeps its state; another code cannot read it. */
  readonly layout: string
}

export interface BundleHeader {
  /** What it was captured from. */
  readonly name: string
  /** The optimised program, as the compile cache has it. */
  readonly program: string
  /** The pipelines that run. */
  readonly pipelines: readonly number[]
  readonly params: { readonly types: readonly Scalar[]; readonly address: number }
  /** Entries of each memo table. */
  readonly memos: readonly number[]
  readonly top?: number | undefined
  readonly slice?: { readonly offset: number; readonly limit: number | null } | undefined
  readonly sites: readonly { readonly code: string; readonly message: string }[]
  readonly inputs: readonly BundleInput[]
  /** Of the first pipeline's source; the others take all rows of theirs. Absent: all rows. */
  readonly morsels?: readonly Morsel[] | undefined
  readonly result: readonly BundleColumn[]
  readonly state?: BundleState | undefined
  /** Memory that the captured query did not use. */
  readonly free: { readonly address: number; readonly bytes: number }
  /** What the captured code made of it. */
  readonly observed: Outcome
  /** What the interpreter makes of it, where it is asked. */
  readonly expected?: Outcome | undefined
}

export interface Bundle extends BundleHeader {
  readonly segments: readonly Segment[]
}

export const encodeBundle = ({ segments, ...header }: Bundle): Uint8Array => {
  const json = Buffer.from(JSON.stringify({ ...header, segments: segments.map((s) => [s.address, s.bytes.length]) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([Buffer.from(`${MAGIC}${BUNDLE_VERSION}\n`), gzipSync(Buffer.concat([length, json, ...segments.map((s) => s.bytes)]), { level: 9 })])
}

/** Whether a file's first bytes are a bundle's, of whatever version. */
export const isBundleStart = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAGIC.length)).toString('latin1') === MAGIC

/** Throws SourceError FILE_FORMAT, FILE_CORRUPT, ArcweldError BUNDLE_VERSION. */
export const decodeBundle = (bytes: Uint8Array, path?: string): Bundle => {
  if (!isBundleStart(bytes)) throw new SourceError('FILE_FORMAT', 'no bundle: it does not begin as one', { path })
  const line = Buffer.from(bytes.subarray(0, 40)).toString('latin1').split('\n')[0] as string
  const version = line.slice(MAGIC.length)
  if (version !== String(BUNDLE_VERSION)) {
    throw new ArcweldError('BUNDLE_VERSION', `the bundle is of version ${version.slice(0, 20)}; this release reads version ${BUNDLE_VERSION}`, { hint: 'Capture it again, or replay it with the release that wrote it.' })
  }
  try {
    const content = gunzipSync(bytes.subarray(line.length + 1))
    const length = content.readUInt32LE(0)
    const { segments, ...header } = JSON.parse(content.toString('utf8', 4, 4 + length)) as BundleHeader & { segments: [number, number][] }
    let at = 4 + length
    const read = segments.map(([address, size]): Segment => {
      at += size
      if (at > content.length || address < 0 || address + size > 2 ** 32) throw new RangeError(`a segment of ${size} bytes at ${address}`)
      return { address, bytes: content.subarray(at - size, at) }
    })
    if (at !== content.length) throw new RangeError(`${content.length - at} bytes too many`)
    return { ...header, segments: read }
  } catch (cause) {
    throw new SourceError('FILE_CORRUPT', `the bundle is damaged or cut short: ${(cause as Error).message}`, { path, cause })
  }
}
