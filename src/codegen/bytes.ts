/** A growing run of bytes with WebAssembly's number encodings (LEB128, little-endian floats). */
export class Bytes {
  private data = new Uint8Array(256)
  length = 0

  byte(b: number): void {
    if (this.length === this.data.length) this.grow(1)
    this.data[this.length++] = b
  }

  append(bytes: Uint8Array | readonly number[]): void {
    if (this.length + bytes.length > this.data.length) this.grow(bytes.length)
    this.data.set(bytes, this.length)
    this.length += bytes.length
  }

  u32(n: number): void {
    let v = n >>> 0
    while (v > 0x7f) {
      this.byte((v & 0x7f) | 0x80)
      v >>>= 7
    }
    this.byte(v)
  }

  i32(n: number): void {
    let v = n | 0
    for (;;) {
      const b = v & 0x7f
      v >>= 7
      if ((v === 0 && !(b & 0x40)) || (v === -1 && b & 0x40)) return this.byte(b)
      this.byte(b | 0x80)
    }
  }

  i64(n: bigint): void {
    if (n >= -0x80000000n && n <= 0x7fffffffn) return this.i32(Number(n))
    let v = BigInt.asIntN(64, n)
    for (;;) {
      const b = Number(v & 0x7fn)
      v >>= 7n
      if ((v === 0n && !(b & 0x40)) || (v === -1n && b & 0x40)) return this.byte(b)
      this.byte(b | 0x80)
    }
  }

  f64(n: number): void {
    this.append(new Uint8Array(new Float64Array([n]).buffer))
  }

  f32(n: number): void {
    this.append(new Uint8Array(new Float32Array([n]).buffer))
  }

  name(text: string): void {
    const utf8 = new TextEncoder().encode(text)
    this.u32(utf8.length)
    this.append(utf8)
  }

  /** Overwrites a number that was written in five bytes. */
  patch(at: number, n: number): void {
    for (let i = 0; i < 5; i++) this.data[at + i] = ((n >>> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0)
  }

  view(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length)
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.data.length * 2, this.length + by))
    larger.set(this.data.subarray(0, this.length))
    this.data = larger
  }
}
