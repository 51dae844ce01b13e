/**
 * Which memory a pipeline can reach. Of a relation: the morsel's part of each column, whole dictionaries, and the bytes of every
 * string. Of what earlier pipelines left: every page of the stage's own lease, and the bytes outside of it that a pair of words in
 * these pages may be the slice of, as a conservative garbage collector reads them: builders' layouts need not be known.
 */
import { PageOwners } from '../bridge/page-owners.ts'
import type { Param } from '../compile.ts'
import { bitmapBytes } from '../layout/bits.ts'
import { physicalWidth, type Relation } from '../layout/relation.ts'
import type { Morsel, Segment } from './capture-format.ts'

/** No string in a sink is taken to be longer; no lease lies below, so that no pair of addresses looks like a slice. */
const LONGEST_SLICE = 1 << 20
const BLOCK = 64

export class Reach {
  readonly #bytes: Uint8Array
  readonly #words: Uint32Array
  readonly #ranges: [number, number][] = []

  constructor(buffer: ArrayBufferLike) {
    this.#bytes = new Uint8Array(buffer)
    this.#words = new Uint32Array(buffer)
  }

  add(address: number, bytes: number): void {
    if (bytes > 0) this.#ranges.push([address, address + bytes])
  }

  /** Slices (address, length) one after the other, and their bytes. */
  slices(address: number, count: number): void {
    this.add(address, count * 8)
    for (let i = 0; i < count; i++) this.add(this.#words[address / 4 + i * 2] as number, this.#words[address / 4 + i * 2 + 1] as number)
  }

  dictionaries({ columns }: Relation): void {
    for (const { dictionary } of columns) if (dictionary) this.slices(dictionary.slices, dictionary.size)
  }

  /** A block of parameters, the elements of those that are sets, and texts. */
  params(params: readonly Param[], address: number): void {
    params.forEach((p, i) => {
      const at = address + i * 16
      if (p.type === 'str') return this.slices(at, 1)
      this.add(at, 16)
      if (p.type !== 'vec') return
      const elements = this.#words[at / 4] as number
      if (p.element === 'str') this.slices(elements, p.values.length)
      else this.add(elements, p.values.length * (p.element === 'i128' ? 16 : 8))
    })
  }

  /** Rows of a relation. */
  rows({ columns, batches }: Relation, { batch, from, to }: Morsel): void {
    columns.forEach(({ physical }, c) => {
      const { data, validity, aux } = batches[batch]?.vectors[c] ?? { data: 0, validity: 0, aux: 0 }
      if (validity) this.add(validity + (from >>> 3), bitmapBytes(to) - (from >>> 3))
      if (physical === 'slice') this.slices(data + from * 8, to - from)
      else if (physical === 'utf8') {
        this.add(aux + from * 4, (to - from + 1) * 4)
        const start = this.#words[aux / 4 + from] as number
        this.add(data + start, (this.#words[aux / 4 + to] as number) - start)
      } else this.add(data + from * physicalWidth[physical], (to - from) * physicalWidth[physical])
    })
  }

  /** A lease's pages, and what in other leases they point to. */
  lease(lease: number): void {
    const owners = new PageOwners(this.#bytes.buffer)
    for (const { address, bytes } of owners.pagesOf(lease)) {
      this.add(address, bytes)
      const end = (address + bytes) / 4
      for (let at = address / 4; at + 1 < end; at++) {
        const length = this.#words[at + 1] as number
        if (length === 0 || length > LONGEST_SLICE) continue
        const target = this.#words[at] as number
        const owner = owners.of(target)
        if (owner !== 0 && owner !== lease && owners.of(target + length - 1) === owner) this.add(target, length)
      }
    }
  }

  /** Copies of all that was added and is not zero. */
  copy(): Segment[] {
    const segments: Segment[] = []
    for (const [from, to] of joined(this.#ranges)) {
      for (let at = from; at < to; ) {
        let end = at
        while (end < to && !this.#isZero(end, Math.min(end + BLOCK, to))) end = Math.min(end + BLOCK, to)
        if (end > at) segments.push({ address: at, bytes: this.#bytes.slice(at, end) })
        at = end === at ? Math.min(at + BLOCK, to) : end
      }
    }
    return segments
  }

  #isZero(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.#bytes[at] !== 0) return false
    return true
  }
}

const joined = (ranges: readonly (readonly [number, number])[]): [number, number][] => {
  const out: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}
