/** Dictionaries of strings, decoded when first read, and the order of their entries. */
import { compareStrings } from '../operators/values.ts'

export class Dict {
  /** Codes are below it. */
  readonly size: number
  private readonly strings: (string | undefined)[]
  private readonly decode: ((code: number) => string) | undefined
  private order: Int32Array | undefined

  constructor(size: number, decode?: (code: number) => string) {
    this.size = size
    this.strings = new Array<string | undefined>(size).fill(undefined)
    this.decode = decode
  }

  at(code: number): string {
    const known = this.strings[code]
    if (known !== undefined) return known
    const text = this.decode === undefined ? '' : this.decode(code)
    this.strings[code] = text
    return text
  }

  /** Whether `ranks` may be asked for: all entries are there, and not too many to sort. */
  get sortable(): boolean {
    return this.decode !== undefined && this.size <= 65536
  }

  set(code: number, text: string): void {
    this.strings[code] = text
  }

  /** By code, its place in byte order; equal strings share a place. */
  ranks(): Int32Array {
    if (this.order !== undefined) return this.order
    const codes = Array.from({ length: this.size }, (_, code) => code).sort((a, b) => compareStrings(this.at(a), this.at(b)))
    const order = new Int32Array(this.size)
    let rank = 0
    for (let i = 0; i < codes.length; i++) {
      if (i > 0 && this.at(codes[i]!) !== this.at(codes[i - 1]!)) rank++
      order[codes[i]!] = rank
    }
    this.order = order
    return order
  }
}
