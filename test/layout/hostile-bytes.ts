/** Rows of random schemas, and bytes of them that lie: bits flipped, ends cut off, lengths spliced in. */
import { encodeRows } from '../../src/layout/row-batch.ts'
import type { RowField, RowValue, SliceForm } from '../../src/layout/unsafe-row.ts'
import { ROW_PHYSICALS } from '../../src/layout/unsafe-row.ts'
import { rowCheck } from '../../src/layout/unsafe/checks.ts'
import type { Random } from '../ir/random.ts'

export const randomField = (r: Random, depth: number, nullable = r.next() < 0.7): RowField => {
  const sub = (): RowField => randomField(r, depth - 1)
  if (r.next() > (depth > 0 ? 0.5 : 0.15)) return { physical: r.pick(ROW_PHYSICALS), nullable }
  const form = ((): SliceForm => {
    switch (r.below(depth > 0 ? 5 : 2)) {
      case 0:
        return { kind: 'binary' }
      case 1:
        return { kind: 'interval' }
      case 2:
        return { kind: 'struct', fields: Array.from({ length: r.below(4) }, sub) }
      case 3:
        return { kind: 'array', element: sub() }
      default:
        return { kind: 'map', key: randomField(r, depth - 1, false), value: sub() }
    }
  })()
  return { physical: 'utf8', nullable, form }
}

export const randomOf = (r: Random, { physical, nullable, form }: RowField): RowValue => {
  if (nullable && r.next() < 0.2) return null
  const many = <T>(make: () => T): T[] => Array.from({ length: r.below(4) }, make)
  switch (form?.kind) {
    case 'binary':
      return Uint8Array.from(many(() => r.below(256)))
    case 'interval':
      return { months: r.below(99), days: -r.below(99), micros: BigInt(r.below(1e9)) }
    case 'struct':
      return form.fields.map((f) => randomOf(r, f))
    case 'array':
      return many(() => randomOf(r, form.element))
    case 'map':
      return many(() => [randomOf(r, form.key), randomOf(r, form.value)])
    case undefined:
      break
  }
  if (physical === 'utf8') return 'é'.repeat(r.below(9))
  if (physical === 'bool8') return r.next() < 0.5
  if (physical === 'f32' || physical === 'f64') return r.below(9) / 2
  return physical === 'i128' ? BigInt(r.below(1e9)) << BigInt(r.below(90)) : BigInt(r.below(100))
}

export interface Sample {
  readonly check: ReturnType<typeof rowCheck>
  readonly fields: readonly RowField[]
  readonly rows: Uint8Array
  readonly offsets: Uint32Array
}

export const samples = (r: Random, count: number): Sample[] =>
  Array.from({ length: count }, () => {
    const fields = Array.from({ length: 1 + r.below(r.next() < 0.1 ? 70 : 6) }, () => randomField(r, r.below(4)))
    const values = Array.from({ length: 1 + r.below(4) }, () => fields.map((f) => randomOf(r, f)))
    const { rows, offsets } = encodeRows(fields, values)
    return { fields, check: rowCheck(fields), rows, offsets: offsets ?? Uint32Array.from(values, (_, i) => (i * rows.length) / values.length) }
  })

const LENGTHS = [0, 1, 7, 8, 15, 16, 17, 255, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]

/** The bytes with something wrong, in a buffer of their own and nothing beside. */
export const mutated = (r: Random, given: Uint8Array): Uint8Array => {
  const bytes = r.next() < 0.15 ? given.slice(0, r.below(given.length + 1)) : given.slice()
  if (bytes.length === 0) return bytes
  for (let n = 1 + r.below(3); n > 0; n--) {
    const at = r.below(bytes.length)
    if (r.next() < 0.5) bytes[at]! ^= 1 << r.below(8)
    else if (bytes.length >= 4) {
      const place = (at & ~3) + 4 <= bytes.length ? at & ~3 : 0
      new DataView(bytes.buffer).setUint32(place, r.next() < 0.7 ? r.pick(LENGTHS) : r.below(bytes.length * 2), r.next() < 0.8)
    }
  }
  return bytes
}
