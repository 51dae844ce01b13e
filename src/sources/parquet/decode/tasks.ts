/** The worker's side of Parquet: the functions of chunk-task.ts. */
import type { CallScope } from '../../../bridge/worker.ts'
import type { ChunkResult, ChunkTask, DictionaryResult, DictionaryTask, NestedResult, NestedTask, UnionResult, UnionTask } from '../chunk-task.ts'
import { loadCodec } from './codecs.ts'
import { dictionaryValues, united } from './dictionary.ts'
import { damageOf, NotKept, PageError } from './failure.ts'
import { FlatColumn } from './flat-column.ts'
import { nestedColumn } from './nested-column.ts'
import { Room } from './room.ts'

export const decodeChunk = async (task: ChunkTask, scope: CallScope): Promise<ChunkResult> => {
  try {
    for (const { codec } of task.pieces) await loadCodec(codec)
    const column = new FlatColumn(task.leaf, task.out, new Room(scope, task))
    for (const piece of task.pieces) column.append(piece)
    return column.result()
  } catch (error) {
    return error instanceof NotKept ? { ok: false, reason: error.reason } : damageOf(error, task.leaf.name)
  }
}

export const readDictionary = async (task: DictionaryTask, scope: CallScope): Promise<DictionaryResult> => {
  try {
    await loadCodec(task.codec)
    return dictionaryValues(task, new Room(scope, task))
  } catch (error) {
    return damageOf(error, task.leaf.name)
  }
}

export const uniteDictionaries = (task: UnionTask, scope: CallScope): UnionResult => {
  try {
    return united(task, new Room(scope, task))
  } catch (error) {
    return damageOf(error, 'dictionary')
  }
}

export const decodeNested = async (task: NestedTask, scope: CallScope): Promise<NestedResult> => {
  const { scratch, leaves } = task
  const column = leaves.map(({ leaf }) => leaf.name).join(', ')
  try {
    for (const { pieces } of leaves) for (const { codec } of pieces) await loadCodec(codec)
    return nestedColumn(task, new Room(scope, task), new Room(scope, { lease: scratch, scratch }))
  } catch (error) {
    if (!(error instanceof NotKept)) return damageOf(error, column)
    if (error.reason === 'nulls') return { ok: false, reason: 'nulls' }
    return damageOf(new PageError('a value that its type cannot hold'), column)
  }
}
