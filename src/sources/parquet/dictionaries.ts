/** Which columns of text become codes: those whose pages are all coded, with few enough entries in all their dictionaries together. */
import type { ChunkMetadata, FileRange } from './metadata.ts'
import type { ColumnLoad } from './column-load.ts'
import { damaged } from './decoding.ts'
import { Extents } from './file-reader.ts'
import { inFlight } from './in-flight.ts'
import type { LoadContext } from './load.ts'
import type { Division } from './stripes.ts'

/** More distinct strings than this are no dictionary: kernels evaluate predicates once an entry. */
const MAX_DISTINCT = 65_536
/** Of a column that is kept: so few distinct strings are a dictionary whatever part of the rows that is. */
const FEW_DISTINCT = 256
/** Writers give up a dictionary at about a megabyte: what is near it is likely followed by plain pages. */
const FULL_BYTES = 1_000_000
/** How many distinct strings of a column are a dictionary. */
export const mostDistinct = (rows: number, kept: boolean): number => Math.min(Math.max(kept ? FEW_DISTINCT : 1, Math.floor(rows / 2)), MAX_DISTINCT)

/** All dictionaries of a column together: more are surely not few strings. */
const MOST_BYTES = 16 << 20

/** Between two dictionaries lie data pages, which are not read along if they are more. */
const GAP = 8 << 10

const PLAIN_DICTIONARY = 2
const RLE = 3
const BIT_PACKED = 4
const RLE_DICTIONARY = 8
const DATA_PAGE = 0
const DATA_PAGE_V2 = 3

/** Whether all data pages may be codes, as far as the metadata say. */
export const mayBeCoded = ({ encodings, encodingStatistics, dictionaryBytes, pages }: ChunkMetadata): boolean => {
  const coded = (encoding: number) => encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY
  if (encodingStatistics !== undefined && encodingStatistics.length > 0) {
    return encodingStatistics.every(({ page, encoding, count }) => count === 0 || (page !== DATA_PAGE && page !== DATA_PAGE_V2) || coded(encoding))
  }
  if (!encodings.some(coded)) return false
  // where the old encoding stands, PLAIN is that of data pages; else it is the dictionary's
  const rest = encodings.filter((encoding) => !coded(encoding) && encoding !== RLE && encoding !== BIT_PACKED)
  if (encodings.includes(PLAIN_DICTIONARY)) return rest.length === 0
  return rest.every((encoding) => encoding === 0) && (dictionaryBytes ?? pages.length) < FULL_BYTES
}

const dictionaryRange = ({ pages, dictionaryBytes }: ChunkMetadata): FileRange => ({ offset: pages.offset, length: dictionaryBytes ?? pages.length })

/** Whether all data pages are codes for certain. */
export const surelyCoded = (chunk: ChunkMetadata): boolean =>
  chunk.dictionaryBytes !== undefined && mayBeCoded(chunk) && ((chunk.encodingStatistics?.length ?? 0) > 0 || chunk.encodings.includes(PLAIN_DICTIONARY))

/** Gives the loads back, those that become codes with their dictionary. */
export const unite = async (loads: readonly ColumnLoad[], division: Division, cx: LoadContext): Promise<readonly ColumnLoad[]> => {
  const outcomes = await Promise.allSettled(loads.map((load) => uniteOne(load, division, cx)))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return loads
}

const uniteOne = async (load: ColumnLoad, { stripes, batches }: Division, cx: LoadContext): Promise<void> => {
  const { lease, file, decoding, kept, signal } = cx
  const groups = stripes.flatMap((stripe) => stripe.groups)
  const chunks = groups.map(({ metadata }) => metadata.chunks[load.column.leaf]!)
  if (chunks.length === 0 || !chunks.every(mayBeCoded)) return
  signal?.throwIfAborted()
  const parts = chunks.map(dictionaryRange)
  if (parts.reduce((sum, { length }) => sum + length, 0) > Math.min(MOST_BYTES, lease.available / 8)) return
  const extents = new Extents(parts, GAP)
  const flight = inFlight(lease.buffer)
  const scratch = lease.workspace()
  await flight.enter(extents.bytes)
  try {
    await extents.read(file.handle, file.path, lease.buffer, scratch.reserve(extents.bytes) >>> 0)
    signal?.throwIfAborted()
    const result = await decoding.readDictionaries({
      leaf: load.leaves[0]!,
      chunks: chunks.map((chunk) => {
        const { offset, length } = dictionaryRange(chunk)
        return { span: { address: extents.addressOf(offset), length, fileOffset: offset, firstRow: 0, stays: false }, codec: chunk.codec, uncompressed: chunk.uncompressed }
      }),
      limit: mostDistinct(batches.reduce((sum, n) => sum + n, 0), kept),
      lease: load.text.id,
      scratch: scratch.id,
    })
    if (!result.ok) {
      if (result.reason === 'damage') throw damaged(file.path, result)
      return
    }
    const { size, slices, places } = result
    // one that is empty gets an unused entry
    load.dictionary = { size: Math.max(size, 1), slices: size > 0 ? slices : load.text.allocate(16) >>> 0, places: new Map(groups.map(({ metadata }, i) => [metadata, places[i]!])) }
    load.form = { ...load.form, physical: size <= 256 ? 'code8' : 'code16' }
  } finally {
    scratch.release()
    flight.leave(extents.bytes)
  }
}
