/** The pages of one column chunk: headers, decompression, levels, and values into a store. */
import { byteStreamSplit } from 'hyparquet/src/encoding.js'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js'
import type { Encoding } from 'hyparquet/src/types.js'
import { bitmapBytes, fillBits } from '../../layout/bits.ts'
import type { ColumnChunk } from '../../layout/chunk.ts'
import { codecs } from './codecs.ts'
import type { ChunkMetadata } from './metadata.ts'
import { decodeHybrid, decodeValidity } from './hybrid.ts'
import type { ParquetColumn } from './schema.ts'
import type { Store } from './store.ts'
import { storeFor } from './stores.ts'

/** What a page may decompress to beyond what the footer says of its chunk. */
const PAGE_ALLOWANCE = 64 << 20

export class ChunkDecoder {
  readonly #column: ParquetColumn
  readonly #meta: ChunkMetadata
  readonly #rows: number
  readonly #store: Store
  readonly #validity: Uint8Array | undefined
  #dictionary: Store | undefined
  #codes = new Int32Array(0)
  #done = 0
  #valid = 0

  constructor(column: ParquetColumn, meta: ChunkMetadata, rows: number) {
    this.#column = column
    this.#meta = meta
    this.#rows = rows
    this.#store = storeFor(column, rows)
    this.#validity = column.element.repetition === 'REQUIRED' ? undefined : new Uint8Array(bitmapBytes(rows))
  }

  /** Decodes a column chunk's bytes. Throws whatever a damaged page leads to. */
  decode(bytes: Uint8Array): ColumnChunk[] {
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
    while (this.#done < this.#rows) {
      const header = parquetHeader(reader)
      const { compressed_page_size: size, uncompressed_page_size: full } = header
      const from = reader.offset
      if (!(size >= 0 && size <= bytes.length - from)) throw new RangeError(`a page of ${size} bytes where ${bytes.length - from} are left`)
      if (!(full >= 0 && full <= this.#meta.uncompressed + PAGE_ALLOWANCE)) throw new RangeError(`a page of ${full} bytes`)
      const page = bytes.subarray(from, from + size)
      reader.offset += size
      if (header.dictionary_page_header !== undefined) this.#readDictionary(page, full, header.dictionary_page_header.num_values)
      else if (header.data_page_header !== undefined) this.#readPage(this.#decompress(page, full), header.data_page_header)
      else if (header.data_page_header_v2 !== undefined) this.#readPageV2(page, full, header.data_page_header_v2)
      else if (header.type !== 'INDEX_PAGE') throw new RangeError('a page of unknown type')
    }
    if (this.#valid === 0 && this.#rows > 0) return [{ kind: 'nulls', rows: this.#rows }]
    return this.#store.chunks(this.#rows, this.#valid === this.#rows ? undefined : this.#validity)
  }

  #decompress(page: Uint8Array, size: number): Uint8Array {
    return decompressPage(page, size, this.#meta.codec, codecs)
  }

  #readDictionary(page: Uint8Array, size: number, count: number): void {
    const bytes = this.#decompress(page, size)
    // a value takes a bit at least, but for empty strings, which are no more than one
    if (!(count >= 0 && count <= bytes.length * 8 + 1)) throw new RangeError(`a dictionary of ${count} values in ${bytes.length} bytes`)
    this.#dictionary = storeFor(this.#column, count)
    this.#dictionary.plain(bytes, 0, bytes.length, count, 0)
  }

  #rowsOf(count: number): number {
    if (!(count >= 0 && count <= this.#rows - this.#done)) throw new RangeError(`a page of ${count} values where ${this.#rows - this.#done} are left`)
    return count
  }

  #readPage(bytes: Uint8Array, header: { num_values: number; encoding: Encoding; definition_level_encoding: Encoding }): void {
    const rows = this.#rowsOf(header.num_values)
    let at = 0
    let valid = rows
    if (this.#validity !== undefined) {
      if (header.definition_level_encoding !== 'RLE') throw new RangeError(`levels in encoding ${header.definition_level_encoding}`)
      const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
      at = 4 + length
      if (at > bytes.length) throw new RangeError('a page ends within its levels')
      valid = decodeValidity(bytes, 4, at, rows, this.#validity, this.#done)
    }
    this.#readValues(bytes, at, header.encoding, valid, rows)
  }

  #readPageV2(
    page: Uint8Array,
    size: number,
    header: {
      num_values: number
      encoding: Encoding
      definition_levels_byte_length: number
      repetition_levels_byte_length: number
      is_compressed?: boolean
    },
  ): void {
    const rows = this.#rowsOf(header.num_values)
    const levels = header.definition_levels_byte_length
    const from = header.repetition_levels_byte_length
    if (!(levels >= 0 && from >= 0 && levels + from <= page.length)) throw new RangeError('a page ends within its levels')
    let valid = rows
    if (this.#validity !== undefined) {
      if (levels === 0) fillBits(this.#validity, this.#done, rows)
      else valid = decodeValidity(page, from, from + levels, rows, this.#validity, this.#done)
    }
    const stored = page.subarray(from + levels)
    // some writers compress nothing and leave the flag
    const bytes = header.is_compressed === false || (stored.length === 0 && valid === 0) ? stored : this.#decompress(stored, size - levels - from)
    this.#readValues(bytes, 0, header.encoding, valid, rows)
  }

  #readValues(bytes: Uint8Array, from: number, encoding: Encoding, count: number, rows: number): void {
    const at = this.#done
    if (count > 0) this.#decodeValues(bytes, from, encoding, count, at)
    if (count < rows) this.#store.spread(at, count, rows, this.#validity!)
    this.#done += rows
    this.#valid += count
  }

  #decodeValues(bytes: Uint8Array, from: number, encoding: Encoding, count: number, at: number): void {
    const store = this.#store
    const { type, typeLength: length } = this.#column.element
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: from }
    switch (encoding) {
      case 'PLAIN':
        return store.plain(bytes, from, bytes.length, count, at)
      case 'PLAIN_DICTIONARY':
      case 'RLE_DICTIONARY': {
        if (this.#dictionary === undefined) throw new RangeError('codes without a dictionary')
        if (from >= bytes.length) throw new RangeError('a page ends before its codes')
        return store.take(this.#dictionary, this.#hybrid(bytes, from + 1, bytes[from]!, count), count, at)
      }
      case 'RLE': {
        if (type !== 'BOOLEAN') throw new RangeError('values of this type in encoding RLE')
        const end = from + 4 + reader.view.getUint32(from, true)
        return store.decoded(this.#hybrid(bytes.subarray(0, end), from + 4, 1, count), count, at)
      }
      case 'DELTA_BINARY_PACKED': {
        if (type !== 'INT32' && type !== 'INT64') throw new RangeError('deltas of values that are no integers')
        const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count)
        deltaBinaryUnpack(reader, count, values)
        return store.decoded(values, count, at)
      }
      case 'DELTA_LENGTH_BYTE_ARRAY':
      case 'DELTA_BYTE_ARRAY': {
        const values = new Array<Uint8Array>(count)
        if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(reader, count, values)
        else deltaLengthByteArray(reader, count, values)
        if (reader.offset > bytes.length) throw new RangeError('a page ends within its values')
        return store.decoded(values, count, at)
      }
      case 'BYTE_STREAM_SPLIT':
        return store.decoded(byteStreamSplit(reader, count, type!, length) as Float64Array, count, at)
      default:
        throw new RangeError(`values in encoding ${encoding}`)
    }
  }

  #hybrid(bytes: Uint8Array, from: number, width: number, count: number): Int32Array {
    if (this.#codes.length < count) this.#codes = new Int32Array(count)
    decodeHybrid(bytes, from, bytes.length, width, count, this.#codes)
    return this.#codes
  }
}
