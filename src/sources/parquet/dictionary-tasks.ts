/** In a worker: the dictionaries of all chunks of a column of text, read and united. */
import type { CallScope } from '../../bridge/worker.ts'
import type { Codec, Damage, DictionaryPlace, LeafInfo, Span } from './chunk-task.ts'
import { readDictionary, uniteDictionaries } from './decode/tasks.ts'

export interface DictionariesTask {
  readonly leaf: LeafInfo
  /** Spans begin with the dictionary page's header. */
  readonly chunks: readonly { readonly span: Span; readonly codec: Codec; readonly uncompressed: number }[]
  /** Most distinct entries. */
  readonly limit: number
  /** Entries and their text stay under it. */
  readonly lease: number
  readonly scratch: number
}

export type DictionariesResult =
  | { readonly ok: true; readonly size: number; readonly slices: number; readonly places: readonly DictionaryPlace[] }
  | { readonly ok: false; readonly reason: 'limit' }
  | Damage

export const readDictionaries = async ({ leaf, chunks, limit, lease, scratch }: DictionariesTask, scope: CallScope): Promise<DictionariesResult> => {
  const read: { size: number; physical: DictionaryPlace['physical']; data: number }[] = []
  for (const { span, codec, uncompressed } of chunks) {
    const result = await readDictionary({ leaf, span, codec, uncompressed, lease, scratch }, scope)
    if (!result.ok) return result
    read.push(result)
    if (result.size > limit) return { ok: false, reason: 'limit' }
  }
  const united = await uniteDictionaries({ dictionaries: read, limit, lease, scratch }, scope)
  if (!united.ok) return united
  const { size, slices, remaps } = united
  return { ok: true, size, slices, places: read.map((place, i) => ({ size: place.size, physical: place.physical, data: place.data, remap: remaps[i]! })) }
}
