/** Wide decimals as BigInteger.toByteArray gives them: the least number of big-endian two's complement bytes. */

export const toBigEndian = (value: bigint): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
    const sign = (bytes[0] as number) & 0x80
    if ((rest === 0n && !sign) || (rest === -1n && sign)) return Uint8Array.from(bytes)
  }
}

export const fromBigEndian = (bytes: Uint8Array): bigint => BigInt.asIntN(bytes.length * 8, bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n))
