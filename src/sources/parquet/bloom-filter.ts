/**
 * Split block Bloom filters: whether a column chunk can hold a value at all. Of a filter its header is read, and the one block of 32
 * bytes that the value's hash picks. (https://github.com/apache/parquet-format/blob/master/BloomFilter.md)
 */
import type { FileHandle } from 'node:fs/promises'
import type { ScanPredicate } from '../source.ts'
import type { FileRange } from './metadata.ts'
import type { ParquetColumn } from './schema.ts'
import { STOP, ThriftError, ThriftReader } from './thrift.ts'
import { xxh64 } from './xxhash.ts'

const SALTS = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31]
const BLOCK = 32
/** Headers take some 15 bytes. */
const HEADER = 64

const littleEndian = (value: bigint, bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))

/** The hash of the only value that fulfils a predicate; undefined for those that filters say nothing of. */
export const hashOf = ({ op, value }: ScanPredicate, { element, reading, type }: ParquetColumn): bigint | undefined => {
  if (op !== '=' || value === null) return undefined
  if (reading === 'text') return typeof value === 'string' ? xxh64(Buffer.from(value)) : undefined
  // bytes of floats differ where values are equal
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return undefined
  if (!('kind' in type) || type.kind === 'float' || type.kind === 'double') return undefined
  const exact = BigInt(value)
  if (reading === 'decimal') {
    return element.type === 'FIXED_LEN_BYTE_ARRAY' ? xxh64(littleEndian(exact, element.typeLength!).reverse()) : undefined
  }
  if (reading !== 'signed' && reading !== 'unsigned') return undefined
  return element.type === 'INT32' ? xxh64(littleEndian(exact, 4)) : element.type === 'INT64' ? xxh64(littleEndian(exact, 8)) : undefined
}

/** The bitset's length and where it begins; undefined for filters of other kinds. */
const readHeader = (bytes: Uint8Array): { length: number; at: number } | undefined => {
  const r = new ThriftReader(bytes)
  let length = 0
  let known = 0
  const first = (): boolean => {
    r.struct()
    let only = false
    for (let id = r.field(0); id !== STOP; id = r.field(id)) {
      only = id === 1
      r.skip()
    }
    return only
  }
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) length = r.integer()
    else if (id <= 4) known += first() ? 1 : 0
    else r.skip()
  }
  return known === 3 && length >= BLOCK && length % BLOCK === 0 ? { length, at: r.at } : undefined
}

/** false only where no row of the chunk has a value of that hash. */
export const mayContain = async (handle: FileHandle, size: number, { offset }: FileRange, hash: bigint): Promise<boolean> => {
  try {
    const head = new Uint8Array(HEADER)
    const { bytesRead } = await handle.read(head, 0, HEADER, offset)
    const header = readHeader(head.subarray(0, bytesRead))
    if (header === undefined || offset + header.at + header.length > size) return true
    const index = Number(((hash >> 32n) * BigInt(header.length / BLOCK)) >> 32n)
    const block = new Uint8Array(BLOCK)
    const read = await handle.read(block, 0, BLOCK, offset + header.at + index * BLOCK)
    if (read.bytesRead < BLOCK) return true
    const words = new DataView(block.buffer)
    const key = Number(hash & 0xffffffffn)
    return SALTS.every((salt, i) => (words.getUint32(4 * i, true) >>> (Math.imul(key, salt) >>> 27)) & 1)
  } catch (error) {
    // what cannot be read rules nothing out
    if (error instanceof ThriftError) return true
    throw error
  }
}
