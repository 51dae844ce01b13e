/**
 * Types as the runtime's hashes of packed values take them (assembly/packed-hash.ts): nodes, one behind the other, of little-endian u32.
 *
 *   node   0 kind   4 bytes of the node, with those within   8 nodes of the fields, the element, or key and value
 */
import type { RowField } from './unsafe-row.ts'

const KINDS = { bool8: 1, i8: 2, i16: 3, i32: 4, i64: 5, f32: 6, f64: 7, i128: 8, utf8: 9, binary: 9, interval: 10, struct: 11, array: 12, map: 13 } as const

const partsOf = ({ form }: RowField): readonly RowField[] => {
  switch (form?.kind) {
    case 'struct':
      return form.fields
    case 'array':
      return [form.element]
    case 'map':
      return [form.key, form.value]
    default:
      return []
  }
}

const wordsOf = (field: RowField): readonly number[] => {
  const within = partsOf(field).flatMap(wordsOf)
  return [KINDS[field.form?.kind ?? field.physical], 4 * (2 + within.length), ...within]
}

export const hashedType = (field: RowField): Uint8Array => {
  const words = wordsOf(field)
  const bytes = new DataView(new ArrayBuffer(4 * words.length))
  words.forEach((word, i) => bytes.setUint32(4 * i, word, true))
  return new Uint8Array(bytes.buffer)
}
