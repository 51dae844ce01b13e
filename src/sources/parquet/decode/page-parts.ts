/** A data page taken apart: its levels, and its values' bytes. */
import { PageError } from './failure.ts'
import { type Bytes, bytesOf, type DataHeader, type StoredPage } from './pages.ts'
import type { Room } from './room.ts'

export interface PageParts {
  /** Absent where there are none: all are 0, or all the highest. */
  readonly repetitions: Bytes | undefined
  readonly definitions: Bytes | undefined
  /** Of the values; to be asked once the levels have been read, and only where there are values. */
  readonly values: () => Bytes
}

/** Levels behind their length, as pages of version 1 have them. */
const sized = ({ from, end }: Bytes, room: Room): Bytes => {
  if (end - from < 4) throw new PageError('a page ends within its levels')
  const length = room.view.getUint32(from, true)
  if (length > end - from - 4) throw new PageError('a page ends within its levels')
  return { from: from + 4, end: from + 4 + length }
}

/** `lasting`: the values' bytes stay as long as the column. Throws PageError. */
export const partsOf = (page: StoredPage, header: DataHeader, levels: { readonly repeated: boolean; readonly defined: boolean }, room: Room, lasting: boolean): PageParts => {
  if (header.version === 1) {
    let bytes = bytesOf(page, room, lasting)
    const next = (): Bytes => {
      const part = sized(bytes, room)
      bytes = { from: part.end, end: bytes.end }
      return part
    }
    if ((levels.repeated && header.repetitionLevels !== 'RLE') || (levels.defined && header.definitionLevels !== 'RLE'))
      throw new PageError(`levels in encoding ${header.definitionLevels}`)
    const repetitions = levels.repeated ? next() : undefined
    const definitions = levels.defined ? next() : undefined
    return { repetitions, definitions, values: () => bytes }
  }
  const { repetitionBytes, definitionBytes } = header
  const before = repetitionBytes + definitionBytes
  if (before > header.stored) throw new PageError('a page ends within its levels')
  const from = page.address + repetitionBytes
  return {
    repetitions: levels.repeated && repetitionBytes > 0 ? { from: page.address, end: from } : undefined,
    definitions: levels.defined && definitionBytes > 0 ? { from, end: from + definitionBytes } : undefined,
    values: () => bytesOf(page, room, lasting, before),
  }
}
