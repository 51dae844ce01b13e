/** Text of columns that are kept: out of the pages that it was read from, as codes where few strings are distinct. */
import type { BuiltColumn } from '../../layout/column-builder.ts'
import type { Dictionary, Physical, Vector } from '../../layout/relation.ts'
import { writeDictionary } from '../../layout/string-column.ts'
import type { ColumnLoad } from './column-load.ts'
import { mostDistinct } from './dictionaries.ts'
import type { LoadContext } from './load.ts'
import type { TextBatch } from './text-tasks.ts'

export const keepText = async (load: ColumnLoad, { info, vectors }: BuiltColumn, cx: LoadContext): Promise<BuiltColumn> => {
  const { lease, decoding } = cx
  const withDictionary = (physical: Physical, dictionary: Dictionary, places: readonly Vector[]): BuiltColumn => ({
    info: { ...info, physical, dictionary: moved(dictionary, cx) },
    vectors: places,
  })
  if (info.dictionary) return withDictionary(info.physical, info.dictionary, vectors)
  const { batches } = load.division
  const rows = batches.reduce((sum, n) => sum + n, 0)
  const texts = vectors.map(({ data, validity }, i): TextBatch => ({ rows: batches[i]!, slices: data, validity }))
  // validity lies with the pages that go
  const kept = vectors.map(({ validity }, i) => {
    if (validity === 0) return 0
    const bytes = Math.ceil(batches[i]! / 64) * 8
    const address = lease.reserve(bytes) >>> 0
    new Uint8Array(lease.buffer).copyWithin(address, validity, validity + bytes)
    return address
  })
  if (info.type.kind === 'string') {
    const scratch = lease.workspace()
    try {
      const result = await decoding.internText({ batches: texts, limit: mostDistinct(rows - load.nulls, true), lease: lease.id, scratch: scratch.id })
      if (result.ok) {
        return withDictionary(result.size <= 256 ? 'code8' : 'code16', result, result.codes.map((data, i) => ({ data, validity: kept[i]!, aux: 0 })))
      }
    } finally {
      scratch.release()
    }
  }
  const joined = await Promise.all(texts.map((batch) => decoding.joinText({ batch, lease: lease.id })))
  return { info: { ...info, physical: 'utf8' }, vectors: joined.map(({ data, aux }, i) => ({ data, aux, validity: kept[i]! })) }
}

/** A dictionary of its own, of strings that lie end to end. */
const moved = ({ size, slices }: Dictionary, { lease }: LoadContext): Dictionary => {
  const places = new Uint32Array(lease.buffer, slices, size * 2)
  const offsets = new Uint32Array(size + 1)
  for (let i = 0; i < size; i++) offsets[i + 1] = offsets[i]! + places[2 * i + 1]!
  const bytes = new Uint8Array(offsets[size]!)
  for (let i = 0; i < size; i++) bytes.set(new Uint8Array(lease.buffer, places[2 * i]!, places[2 * i + 1]!), offsets[i])
  return writeDictionary(lease, { bytes, offsets })
}
