/**
 * In a worker: columns of text that are kept for many queries leave the pages they were read from. Few distinct strings become codes,
 * whatever the file's encoding was; others lie end to end.
 */
import type { CallScope } from '../../bridge/worker.ts'
import { getBit } from '../../layout/bits.ts'
import { uniteDictionaries } from './decode/tasks.ts'

/** One batch of a column of slices. */
export interface TextBatch {
  readonly rows: number
  readonly slices: number
  /** 0: no NULLs. */
  readonly validity: number
}

export interface InternTask {
  readonly batches: readonly TextBatch[]
  /** Most distinct strings. */
  readonly limit: number
  readonly lease: number
  readonly scratch: number
}

/** Codes lie under `lease`, a batch after the other, the dictionary's slices under `scratch`, and point where the strings were. */
export type InternResult = { readonly ok: true; readonly size: number; readonly slices: number; readonly codes: readonly number[] } | { readonly ok: false }

/** After this many rows more than half of the strings must have been there before. */
const PROBATION = 16_384

export const internText = async ({ batches, limit, lease, scratch }: InternTask, { memory: { buffer }, ...scope }: CallScope): Promise<InternResult> => {
  const first = batches[0]
  if (first === undefined) return { ok: false }
  const unite = (dictionaries: readonly { size: number; data: number }[], most: number) =>
    uniteDictionaries({ dictionaries, limit: most, lease: scratch, scratch }, { memory: { buffer } as WebAssembly.Memory, ...scope })
  const sample = Math.min(first.rows, PROBATION)
  if (sample === PROBATION && !(await unite([{ size: sample, data: first.slices }], sample / 2)).ok) return { ok: false }
  const united = await unite(batches.map(({ rows, slices }) => ({ size: rows, data: slices })), limit)
  if (!united.ok) return { ok: false }
  const codes = batches.map(({ rows, validity }, b) => {
    const wide = united.size > 256
    const address = scope.reserve(lease, Math.max(rows * (wide ? 2 : 1), 16)) >>> 0
    const from = new Uint32Array(buffer, united.remaps[b]! >>> 0, rows)
    const to = wide ? new Uint16Array(buffer, address, rows) : new Uint8Array(buffer, address, rows)
    to.set(from)
    if (validity !== 0) {
      const bits = new Uint8Array(buffer, validity >>> 0, Math.ceil(rows / 8))
      for (let row = 0; row < rows; row++) if (!getBit(bits, row)) to[row] = 0
    }
    return address
  })
  return { ok: true, size: united.size, slices: united.slices, codes }
}

export interface JoinTask {
  readonly batch: TextBatch
  readonly lease: number
}

/** A batch of form 'utf8', under `lease`. */
export interface JoinResult {
  readonly data: number
  readonly aux: number
}

export const joinText = ({ batch: { rows, slices }, lease }: JoinTask, { memory: { buffer }, reserve }: CallScope): JoinResult => {
  const places = new Uint32Array(buffer, slices >>> 0, rows * 2)
  let total = 0
  for (let row = 0; row < rows; row++) total += places[2 * row + 1]!
  const data = reserve(lease, Math.max(total, 16)) >>> 0
  const aux = reserve(lease, (rows + 1) * 4) >>> 0
  const bytes = new Uint8Array(buffer)
  const ends = new Uint32Array(buffer, aux, rows + 1)
  ends[0] = 0
  let end = data
  for (let row = 0; row < rows; row++) {
    const from = places[2 * row]!
    const length = places[2 * row + 1]!
    if (length < 48) for (let i = 0; i < length; i++) bytes[end + i] = bytes[from + i]!
    else bytes.copyWithin(end, from, from + length)
    end += length
    ends[row + 1] = end - data
  }
  return { data, aux }
}
