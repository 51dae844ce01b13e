/** The hash functions against values that Spark and the reference implementations give. */
import { describe, expect, it } from 'vitest'
import { murmur3, xxhash64 } from '../../src/layout/spark-hash.ts'
import { DATE, DOUBLE, decimal, FLOAT, INT32, INT64, INT8, STRING, type SqlType } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'

const known: readonly (readonly [SqlType, Value, number])[] = [
  [INT32, 1, -559580957], [INT64, 1n, -1712319331], [STRING, '', 142593372], [STRING, 'a', 1485273170], [STRING, 'é', 2119106806],
  [DOUBLE, 1, -460888942], [DOUBLE, 0, -1670924195], [DOUBLE, -0, -1670924195], [decimal(38, 0), 10n ** 20n, 707288794],
]

describe('murmur3', () => {
  it.each(known)('%o %s → %i', (type, value, hash) => {
    expect(murmur3(type)(value, 42)).toBe(hash)
  })

  it("hash('Spark', array(123), 2): an array of one element hashes as the element", () => {
    expect(murmur3(INT32)(2, murmur3(INT32)(123, murmur3(STRING)('Spark', 42)))).toBe(-1321691492)
  })

  it('NULL leaves the hash, narrow integers and dates hash as int', () => {
    expect(murmur3(STRING)(null, -5)).toBe(-5)
    expect(murmur3(INT8)(1, 42)).toBe(-559580957)
    expect(murmur3(DATE)(1, 42)).toBe(-559580957)
    expect(murmur3(FLOAT)(Number.NaN, 42)).toBe(murmur3(INT32)(0x7fc00000, 42))
  })
})

describe('xxhash64', () => {
  it("xxhash64('Spark', array(123), 2)", () => {
    expect(xxhash64(INT32)(2, xxhash64(INT32)(123, xxhash64(STRING)('Spark', 42n)))).toBe(5602566077635097486n)
  })
  it('bytes are the reference XXH64', () => {
    expect(xxhash64(STRING)('Nobody inspects the spammish repetition', 0n)).toBe(BigInt.asIntN(64, 0xfbcea83c8a378bf1n))
    expect(xxhash64(STRING)('', 0n)).toBe(BigInt.asIntN(64, 0xef46db3751d8e999n))
  })
})
