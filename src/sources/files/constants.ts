/** Columns that have one value in all rows of a file: those of folders' names. */
import type { Lease } from '../../bridge/memory.ts'
import { type ColumnInfo, narrowest, type Physical, physicalWidth, type Vector } from '../../layout/relation.ts'
import { writeDictionary } from '../../layout/string-column.ts'
import type { Field } from '../../layout/types.ts'
import type { PartitionValue } from './partitions.ts'

export class ConstantColumn {
  readonly info: ColumnInfo
  /** The dictionary's entries. */
  readonly #texts: readonly string[]

  /** `values`: of all files that are read; their dictionary lies under the lease. */
  constructor({ name, type }: Field, values: readonly PartitionValue[], lease: Lease) {
    const texts = [...new Set(values.filter((value) => typeof value === 'string'))]
    const exact = values.flatMap((value) => (typeof value === 'bigint' || typeof value === 'number' ? [BigInt(value)] : []))
    const range = type.kind === 'string' ? undefined : { min: exact.reduce((a, b) => (a < b ? a : b), exact[0] ?? 0n), max: exact.reduce((a, b) => (a > b ? a : b), exact[0] ?? 0n) }
    const physical: Physical = range === undefined ? (texts.length <= 256 ? 'code8' : texts.length <= 65536 ? 'code16' : 'code32') : narrowest(range)
    this.#texts = texts
    this.info = { name, type, physical, nullable: values.includes(null), range, dictionary: range === undefined ? writeDictionary(lease, utf8Of(texts.length > 0 ? texts : [''])) : undefined }
  }

  vector(value: PartitionValue, rows: number, lease: Lease): Vector {
    const { physical } = this.info
    const data = lease.allocate(Math.max(rows * physicalWidth[physical], 16)) >>> 0
    if (value !== null) fill(lease.buffer, data, rows, physical, typeof value === 'string' ? this.#texts.indexOf(value) : value)
    return { data, validity: value === null ? lease.allocate(Math.ceil(rows / 64) * 8 + 8) >>> 0 : 0, aux: 0 }
  }
}

const fill = (buffer: SharedArrayBuffer, data: number, rows: number, physical: Physical, value: bigint | number): void => {
  const width = physicalWidth[physical]
  if (width === 8) new BigInt64Array(buffer, data, rows).fill(BigInt(value))
  else if (width === 4) new Int32Array(buffer, data, rows).fill(Number(value))
  else if (width === 2) new Int16Array(buffer, data, rows).fill(Number(value))
  else new Int8Array(buffer, data, rows).fill(Number(value))
}

const utf8Of = (texts: readonly string[]): { bytes: Uint8Array; offsets: Uint32Array } => {
  const parts = texts.map((text) => Buffer.from(text))
  const offsets = new Uint32Array(parts.length + 1)
  for (const [i, part] of parts.entries()) offsets[i + 1] = offsets[i]! + part.length
  return { bytes: Uint8Array.from(Buffer.concat(parts)), offsets }
}
