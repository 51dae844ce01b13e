/**
 * What the main thread and the workers say to each other about Parquet: structured clones, addresses into the shared memory. A task goes
 * through `Pool.call(DECODER, …)`; what a file does wrong comes back as a value, since errors lose their class between threads.
 *
 *   readDictionary     the dictionary page of one chunk → its values
 *   uniteDictionaries  dictionaries of text of several chunks → one, and where their entries went
 *   decodeChunk        one flat column of one batch → its place in shared memory
 *   decodeNested       one column of lists, structs or maps of one batch → slices of packed bytes
 *
 * Bytes are read where they lie: up to 16 bytes behind a span, a page or an array may be loaded (and not used); nothing is ever written
 * outside of what was reserved or given.
 */
import type { ErrorCode } from '../../errors.ts'
import type { Physical } from '../../layout/relation.ts'
import type { NestedType, SqlType } from '../../layout/types.ts'
import type { RowRange } from '../source.ts'

/** The module of the four functions. */
export const DECODER = new URL('./decode/tasks.js', import.meta.url)

export type Stored = 'BOOLEAN' | 'INT32' | 'INT64' | 'INT96' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'

export type Codec = 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'LZO' | 'BROTLI' | 'LZ4' | 'ZSTD' | 'LZ4_RAW'

/**
 * What stored values mean:
 *
 *   bool      BOOLEAN                     → bool8
 *   signed    INT32, INT64                → any exact form
 *   unsigned  INT32, INT64                → any exact form
 *   millis    INT64 ms → µs               → i64; OVERFLOW where it does not fit
 *   nanos     INT64 ns → µs               → i64; UNSUPPORTED_TYPE where one is no whole µs
 *   int96     Impala's timestamps → µs    → i64; below µs cut off, as DuckDB does; OVERFLOW
 *   decimal   big-endian FIXED_LEN_BYTE_ARRAY, BYTE_ARRAY → any exact form (decimals in INT32, INT64 are `signed`)
 *   float     FLOAT, DOUBLE               → f32, f64
 *   half      FIXED_LEN_BYTE_ARRAY(2)     → f32
 *   text      BYTE_ARRAY, UTF-8 checked   → slice, code8|16|32
 *   bytes     BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY → slice, code8|16|32
 *   uuid      FIXED_LEN_BYTE_ARRAY(16)    → slice, code8|16|32 of its text, 36 characters
 *
 * Exact forms are i8 … i128, u8 … u64: a value that does not fit the one that was asked for is told as `narrow`.
 */
export type Reading = 'bool' | 'signed' | 'unsigned' | 'millis' | 'nanos' | 'int96' | 'decimal' | 'float' | 'half' | 'text' | 'bytes' | 'uuid'

export interface LeafInfo {
  /** For messages. */
  readonly name: string
  readonly stored: Stored
  /** Bytes of a FIXED_LEN_BYTE_ARRAY; else 0. */
  readonly length: number
  /** 0: REQUIRED, and no parent is OPTIONAL or REPEATED. */
  readonly maxDefinition: number
  readonly maxRepetition: number
  readonly reading: Reading
}

/** A run of whole pages as they lie in the file. */
export interface Span {
  readonly address: number
  readonly length: number
  /** Of its first byte; for messages. */
  readonly fileOffset: number
  /** Row of the row group with which its first data page begins. */
  readonly firstRow: number
  /**
   * The bytes stay there as long as the column: slices may point into them, where they are not compressed. Else text is copied.
   */
  readonly stays: boolean
}

/** Values that a `readDictionary` gave. */
export interface DictionaryPlace {
  readonly size: number
  /** slice for text, bytes and uuid, else i64, u64, i128, f32, f64 (bool has none). */
  readonly physical: Physical
  /** Address of them. */
  readonly data: number
  /** Codes in the column's united dictionary, u32 an entry; 0 where the column is no codes, or the codes are the entries themselves. */
  readonly remap: number
}

/** A column chunk: of one row group. */
export interface ChunkPiece {
  /** In row order. The dictionary page, if it is there, is the first page of the first one. */
  readonly spans: readonly Span[]
  readonly codec: Codec
  /** Rows of the row group. */
  readonly rows: number
  /** total_uncompressed_size: pages that claim more by far are damage. */
  readonly uncompressed: number
  /** A dictionary that was read before; a dictionary page in the spans is passed over. Columns of codes must have it if they have coded pages. */
  readonly dictionary?: DictionaryPlace | undefined
  /** Rows of the row group that come out, in order and disjoint; absent: all. Pages of others may be missing from the spans. */
  readonly select?: readonly RowRange[] | undefined
}

/** Where a batch of a column goes. Nothing of it needs to be zeroed. */
export interface ChunkPlace {
  readonly physical: Physical
  /** Rows × width bytes, 16-aligned. */
  readonly data: number
  /** (rows + 7) / 8 bytes, rounded up to 8; 0: the column is REQUIRED, or promised to hold no NULL. */
  readonly validity: number
  /** Of all pieces together, after selection. */
  readonly rows: number
}

/** Leases that tasks reserve under; the caller holds them open until the call has returned. */
interface Leases {
  /** What stays as long as the column: decompressed text that slices point to. */
  readonly lease: number
  /** What goes with the end of the call, if not before. */
  readonly scratch: number
}

export interface ChunkTask extends Leases {
  readonly leaf: LeafInfo
  /** In row order. */
  readonly pieces: readonly ChunkPiece[]
  readonly out: ChunkPlace
}

/** What a file does wrong. */
export interface Damage {
  readonly ok: false
  readonly reason: 'damage'
  readonly code: ErrorCode & ('FILE_CORRUPT' | 'UNSUPPORTED_TYPE' | 'OVERFLOW' | 'MEMORY_EXCEEDED')
  /** To be said behind the file's path. */
  readonly message: string
  readonly byteOffset?: number | undefined
}

/**
 * A promise did not hold, and the place's content is undefined: decode again with another place.
 *
 *   narrow   a value does not fit the physical form
 *   nulls    there are NULLs, and no place for validity
 *   uncoded  a page is no codes, or a chunk has no dictionary
 */
export interface Broken {
  readonly ok: false
  readonly reason: 'narrow' | 'nulls' | 'uncoded'
}

export type ChunkResult =
  | {
      readonly ok: true
      readonly nulls: number
      /**
       * Bounds of the non-NULL values of exact types (not bool), absent where there are none: never narrower than the truth; wider only
       * where a dictionary holds values that no selected row has.
       */
      readonly min?: bigint | undefined
      readonly max?: bigint | undefined
      /** Data pages that were decoded. */
      readonly pages?: number | undefined
    }
  | Broken
  | Damage

export interface DictionaryTask extends Leases {
  readonly leaf: LeafInfo
  /** Begins with the dictionary page's header. */
  readonly span: Span
  readonly codec: Codec
  readonly uncompressed: number
}

/** Values and what they point to are under `lease` (or in the span, if it stays). Of exact types with bounds. */
export type DictionaryResult =
  | {
      readonly ok: true
      readonly size: number
      readonly physical: Physical
      readonly data: number
      /** Of all entries' text together. */
      readonly bytes: number
      readonly min?: bigint | undefined
      readonly max?: bigint | undefined
    }
  | Damage

export interface UnionTask extends Leases {
  /** Arrays of slices. */
  readonly dictionaries: readonly { readonly size: number; readonly data: number }[]
  /** Most distinct entries. */
  readonly limit: number
}

/** Under `lease`: the distinct slices, in order of first appearance, and for each dictionary a u32 an entry. */
export type UnionResult =
  | { readonly ok: true; readonly size: number; readonly slices: number; readonly remaps: readonly number[] }
  /** There are more than `limit`. */
  | { readonly ok: false; readonly reason: 'limit' }
  | Damage

/**
 * The tree of a nested column. `definition` is the definition level from which on the value is there: what has less is NULL (or one of its
 * parents is); of a required part it is that of its parent. `repeated` is the definition level from which on a list has an element, and
 * `repetition` the repetition level that begins a further element of the list.
 */
export type NestedShape =
  | { readonly kind: 'leaf'; readonly type: SqlType; readonly definition: number; /** Index into `leaves`. */ readonly leaf: number }
  | { readonly kind: 'struct'; readonly type: SqlType; readonly definition: number; readonly fields: readonly NestedShape[] }
  | { readonly kind: 'list'; readonly type: SqlType; readonly definition: number; readonly repeated: number; readonly repetition: number; readonly element: NestedShape }
  | { readonly kind: 'map'; readonly type: SqlType; readonly definition: number; readonly repeated: number; readonly repetition: number; readonly key: NestedShape; readonly value: NestedShape }

export interface NestedTask extends Leases {
  readonly type: NestedType
  readonly shape: NestedShape
  readonly leaves: readonly {
    readonly leaf: LeafInfo
    /** In row order, one a row group; the same row groups and `select` in every leaf. `dictionary` is not needed. */
    readonly pieces: readonly ChunkPiece[]
  }[]
  /** physical is `slice`; the packed bytes are reserved under `lease`. */
  readonly out: ChunkPlace
}

export type NestedResult = { readonly ok: true; readonly nulls: number } | (Broken & { readonly reason: 'nulls' }) | Damage
