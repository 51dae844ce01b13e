/** The pages of a chunk's spans: headers, and their bytes decompressed. */
import type { ChunkPiece, Codec, Span } from '../chunk-task.ts'
import { decompress } from './codecs.ts'
import { located, PageError } from './failure.ts'
import { type PageHeader, readPageHeader } from './page-header.ts'
import type { Room } from './room.ts'

/** What a page may decompress to beyond what the footer says of its chunk. */
const ALLOWANCE = 64 << 20

/** A page as it is stored. */
export interface StoredPage {
  readonly header: PageHeader
  /** Of its bytes, behind the header. */
  readonly address: number
  readonly codec: Codec
  /** Whether they stay as long as the column. */
  readonly stays: boolean
  readonly byteOffset: number
}

/** Bytes in shared memory. */
export interface Bytes {
  readonly from: number
  readonly end: number
}

export type DataHeader = Extract<PageHeader, { kind: 'data' }>

export const isData = (header: PageHeader): header is DataHeader => header.kind === 'data'

/** The pages of one span. Throws PageError. */
export function* pagesOf(span: Span, { codec, uncompressed }: Pick<ChunkPiece, 'codec' | 'uncompressed'>, room: Room): Generator<StoredPage> {
  const end = span.address + span.length
  for (let at = span.address; at < end; ) {
    const byteOffset = span.fileOffset + (at - span.address)
    try {
      const header = readPageHeader(room.bytes, at, end)
      const address = at + header.header
      if (header.stored > end - address) throw new PageError(`a page of ${header.stored} bytes where ${end - address} are left`)
      if (header.full > uncompressed + ALLOWANCE) throw new PageError(`a page of ${header.full} bytes in a chunk of ${uncompressed}`)
      at = address + header.stored
      yield { header, address, codec, stays: span.stays, byteOffset }
    } catch (error) {
      throw located(error, byteOffset)
    }
  }
}

/** The page's bytes from `skip` (stored as they are) on, decompressed; `lasting`: they stay as long as the column. */
export const bytesOf = ({ header, address, codec, stays }: StoredPage, room: Room, lasting: boolean, skip = 0): Bytes => {
  const from = address + skip
  const stored = header.stored - skip
  const plain = codec === 'UNCOMPRESSED' || (isData(header) && header.version === 2 && !header.compressed)
  if (plain && (stays || !lasting)) return { from, end: from + stored }
  const full = plain ? stored : header.full - skip
  if (full < 0) throw new PageError('a page ends within its levels')
  const to = lasting ? room.lasting(full) : room.at('page', full)
  // Some writers compress nothing and leave the flag.
  if (stored === 0 && full === 0) return { from: to, end: to }
  if (plain) room.copy(from, stored, to)
  else decompress(codec, room, from, stored, to, full)
  return { from: to, end: to + full }
}
