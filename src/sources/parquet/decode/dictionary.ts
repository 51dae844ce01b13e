/** Dictionary pages: their values for the main thread, and as a table that codes of a column are looked up in; dictionaries united. */
import { type Physical, physicalWidth } from '../../../layout/relation.ts'
import type { Range } from '../../../layout/types.ts'
import type { DictionaryPlace, DictionaryResult, DictionaryTask, LeafInfo, UnionResult, UnionTask } from '../chunk-task.ts'
import { kindBytes, kindOf, meaning, narrow } from './exact-values.ts'
import { PageError } from './failure.ts'
import { type Bytes, bytesOf, pagesOf, type StoredPage } from './pages.ts'
import type { Room } from './room.ts'
import { type Kind, right, TOO_MANY } from './runtime.ts'
import { byteSlices, fixedValues, storedWidth } from './stored-values.ts'

/** Entries in the physical form of a column. */
export interface Table {
  readonly address: number
  readonly size: number
  /** Of exact values, where there are any. */
  readonly range: Range | undefined
}

export const isSliced = ({ reading }: LeafInfo): boolean => reading === 'text' || reading === 'bytes' || reading === 'uuid'
export const isCode = (physical: Physical): boolean => physical === 'code8' || physical === 'code16' || physical === 'code32'

const dictionaryBytes = (leaf: LeafInfo, page: StoredPage, room: Room): { bytes: Bytes; size: number } => {
  const { header } = page
  if (header.kind !== 'dictionary') throw new PageError('a dictionary page is missing')
  if (header.encoding !== 'PLAIN' && header.encoding !== 'PLAIN_DICTIONARY') throw new PageError(`a dictionary in encoding ${header.encoding}`)
  if (leaf.stored === 'BOOLEAN') throw new PageError('a dictionary of booleans')
  const bytes = bytesOf(page, room, isSliced(leaf))
  const least = leaf.stored === 'BYTE_ARRAY' ? 4 : storedWidth(leaf)
  if (header.values * least > bytes.end - bytes.from || (least === 0 && header.values > 0)) throw new PageError('a page ends within its values')
  return { bytes, size: header.values }
}

/** Entries of a decimal's or other fixed values' dictionary as they are stored, or slices of them. */
const storedEntries = (leaf: LeafInfo, bytes: Bytes, size: number, room: Room): number => {
  if (leaf.stored !== 'BYTE_ARRAY') return fixedValues(leaf, 'PLAIN', bytes, size, room)
  const slices = room.at('more', size * 8)
  byteSlices(leaf, 'PLAIN', bytes, size, slices, room)
  return slices
}

/** The table of a dictionary page within a chunk. Throws PageError, NotKept. */
export const tableOfPage = (leaf: LeafInfo, page: StoredPage, physical: Physical, room: Room): Table => {
  const { bytes, size } = dictionaryBytes(leaf, page, room)
  const address = room.temporary(size * physicalWidth[physical])
  if (isSliced(leaf)) byteSlices(leaf, 'PLAIN', bytes, size, address, room)
  else if (leaf.reading === 'half') room.runtime.parquet_halves(bytes.from, size, address)
  else if (leaf.reading === 'float') room.copy(bytes.from, size * storedWidth(leaf), address)
  else if (size > 0) return { address, size, range: narrow(meaning(leaf, storedEntries(leaf, bytes, size, room), size, room), size, physical, address, room) }
  return { address, size, range: undefined }
}

/** The table of a dictionary that was read before. */
export const tableOfPlace = ({ size, physical: own, data, remap }: DictionaryPlace, physical: Physical, room: Room): Table => {
  if (isCode(physical)) {
    const width = physicalWidth[physical]
    const address = room.temporary(size * width)
    if (size === 0) return { address, size, range: undefined }
    if (remap === 0) {
      const entries = width === 1 ? new Uint8Array(room.buffer, address, size) : width === 2 ? new Uint16Array(room.buffer, address, size) : new Uint32Array(room.buffer, address, size)
      for (let i = 0; i < size; i++) entries[i] = i
    } else {
      const codes = ({ code8: 'u8', code16: 'u16', code32: 'u32' } as const)[physical as 'code8' | 'code16' | 'code32']
      narrow({ address: remap, kind: 'u32' }, size, codes, address, room)
    }
    return { address, size, range: undefined }
  }
  if (own === physical && (own === 'slice' || own === 'f32' || own === 'f64')) return { address: data, size, range: undefined }
  const address = room.temporary(size * physicalWidth[physical])
  return { address, size, range: size > 0 ? narrow({ address: data, kind: own as Kind }, size, physical, address, room) : undefined }
}

/** Throws PageError, ArcweldError MEMORY_EXCEEDED. */
export const dictionaryValues = ({ leaf, span, codec, uncompressed }: DictionaryTask, room: Room): DictionaryResult => {
  for (const page of pagesOf(span, { codec, uncompressed }, room)) {
    const { bytes, size } = dictionaryBytes(leaf, page, room)
    if (isSliced(leaf)) {
      const data = room.lasting(size * 8)
      byteSlices(leaf, 'PLAIN', bytes, size, data, room)
      return { ok: true, size, physical: 'slice', data, bytes: room.runtime.parquet_slice_bytes(data, size) }
    }
    if (leaf.reading === 'float' || leaf.reading === 'half') {
      const physical = leaf.stored === 'DOUBLE' ? 'f64' : 'f32'
      const data = room.lasting(size * physicalWidth[physical])
      if (leaf.reading === 'half') room.runtime.parquet_halves(bytes.from, size, data)
      else room.copy(bytes.from, size * storedWidth(leaf), data)
      return { ok: true, size, physical, data, bytes: 0 }
    }
    const kind = kindOf(leaf)
    const physical: Physical = kind === 'i32' || kind === 'u32' ? 'i64' : kind
    const data = room.lasting(size * Math.max(kindBytes(kind), 8))
    if (size === 0) return { ok: true, size, physical, data, bytes: 0 }
    const range = narrow(meaning(leaf, storedEntries(leaf, bytes, size, room), size, room), size, physical, data, room)
    return { ok: true, size, physical, data, bytes: 0, ...range }
  }
  throw new PageError('a dictionary page is missing', 'FILE_CORRUPT', span.fileOffset)
}

/** Distinct strings of several dictionaries. */
export const united = ({ dictionaries, limit }: UnionTask, room: Room): UnionResult => {
  const all = dictionaries.reduce((sum, { size }) => sum + size, 0)
  const most = Math.min(all, limit)
  const places = 2 ** Math.ceil(Math.log2(2 * most + 2))
  const table = room.temporary(places * 8)
  room.bytes.fill(0, table, table + places * 8)
  const slices = room.lasting(most * 8)
  let size = 0
  const remaps: number[] = []
  for (const dictionary of dictionaries) {
    const remap = room.lasting(dictionary.size * 4)
    const found = room.runtime.parquet_unite(dictionary.data, dictionary.size, table, places - 1, slices, size, most, remap)
    if (found === TOO_MANY) return { ok: false, reason: 'limit' }
    size = right(found)
    remaps.push(remap)
  }
  return { ok: true, size, slices, remaps }
}
