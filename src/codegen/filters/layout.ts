/**
 * Runtime filters, as they lie in memory. The sink's output holds the address of a header, written by assembly/filter.ts:
 *
 *   header   0 parts that the sink has beside its filters'   4 tuples in all   8 whether more than one worker has some   16 filters, 64 bytes each
 *   filter   0 bits   4 shift: 32 − log2 of the Bloom filter's words   8 keys, as many as tuples   16 least i64   24 greatest i64 of integer keys
 *
 * Least and greatest are those of a build side with at least one tuple.
 *
 *   bitmap   bit key − min of bytes; one bit more than there are keys, which stays 0: that of all keys out of the range
 *   bloom    u32 words, 12 to 24 bits a key; a key sets one bit in each byte of its word (bloom.ts)
 *
 * Each worker counts, for each prune that is a leading step of its pipeline's body, in its context:
 *
 *   0 rows tested   4 rows left   8 chunks until it is tried again, 0 = it is used   12 tested, and 16 left, since it was last judged
 */
import type { Body, Builder, KeyFilter, Pipeline } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX } from '../../ir/context.ts'
import { CTX_LOCAL } from '../scope.ts'
import { outputOffset } from '../sinks.ts'
import type { Let } from '../staged-probe.ts'

export const FILTER_HEADER = { parts: 0, tuples: 4, several: 8, filters: 16 } as const
export const FILTER = { bits: 0, shift: 4, keys: 8, least: 16, greatest: 24, bytes: 64 } as const
/** Within a sink's output: the header's address. */
export const FILTERS_OUTPUT = 124
export const PRUNE = { tested: 0, passed: 4, waits: 8, recentTested: 12, recentPassed: 16, bytes: 32 } as const

export type Group = Extract<Builder, { builder: 'groupmerger' }>
export type Prune = Extract<Body, { body: 'prune' }>

/** Bytes of a bitmap. */
export const bitmapBytes = ({ range }: Extract<KeyFilter, { filter: 'bitmap' }>): number => (Math.floor(range.extent / 8) + 16) & ~15

export const filterOf = (pipelines: readonly Pipeline[], { sink, filter }: Prune): KeyFilter => ((pipelines[sink] as Pipeline).builder as Group).filters?.[filter] as KeyFilter

/** The prune that a body begins with, and the names before it. */
export const leadingPrune = (body: Body, lets: readonly Let[] = []): { readonly prune: Prune; readonly lets: readonly Let[] } | undefined =>
  body.body === 'let' ? leadingPrune(body.next, [...lets, body]) : body.body === 'prune' ? { prune: body, lets } : undefined
export const withoutPrune = (body: Body): Body => (body.body === 'let' ? { ...body, next: withoutPrune(body.next) } : body.body === 'prune' ? body.next : body)

/** The prunes among a body's leading steps, which are the ones that do something. */
export const leadingPrunes = (body: Body): readonly Prune[] =>
  body.body === 'let' || body.body === 'if' ? leadingPrunes(body.next) : body.body === 'prune' ? [body, ...leadingPrunes(body.next)] : []

/** Leaves the address of a prune's filter in a local. */
export const openFilter = (f: FunctionBuilder, { sink, filter }: Prune): number => {
  const local = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(sink) + FILTERS_OUTPUT).i32(FILTER_HEADER.filters + filter * FILTER.bytes).op('i32.add').set(local)
  return local
}
