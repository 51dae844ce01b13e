/** The flags that several commands share, once they are known to be good. */
import { availableParallelism } from 'node:os'
import type { CliEngine, EngineOptions } from './engine-door.ts'
import { type Flags, memoryOption, nativeOption, type TableOption, threadsOption } from './options.ts'

export const engineOptions = (flags: Flags): EngineOptions => {
  const threads = threadsOption(flags)
  const memory = memoryOption(flags)
  const native = nativeOption(flags)
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(memory === undefined ? {} : { memory }),
    ...(native === undefined ? {} : { native }),
  }
}

export const registerTables = async (engine: CliEngine, tables: readonly TableOption[]): Promise<void> => {
  for (const { name, path } of tables) await engine.register(name, path)
}

/** The cores there are, as Node counts them. */
export const defaultThreads = (): number => availableParallelism()
