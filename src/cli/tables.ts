/** The flags that several commands share, once they are known to be good. */
import { availableParallelism } from 'node:os'
import { OptionError } from '../errors.ts'
import type { CliEngine, EngineOptions } from './engine-door.ts'
import { type Flags, memoryOption, nativeOption, threadsOption } from './options.ts'
import type { Output } from './output.ts'
import type { TableOption } from './table-options.ts'
import { UsageError } from './usage.ts'

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

/** Rows that a table sets aside are told on `err`. */
export const registerTables = async (engine: CliEngine, tables: readonly TableOption[], err?: Output): Promise<void> => {
  for (const { name, path, how } of tables) {
    const onAside = ({ line, text }: { line: number; text: string }) => void err?.write(`${path}, line ${line} is set aside: ${text}\n`).catch(() => {})
    await engine.register(name, path, how && { ...how, ...(how['ragged'] === 'aside' ? { onAside } : {}) }).catch((error: unknown) => {
      // An option that only who reads the table can judge is a bad argument like any other.
      throw error instanceof OptionError ? new UsageError(`table ${name}: ${error.message}`, error.hint) : error
    })
  }
}

/** The cores there are, as Node counts them. */
export const defaultThreads = (): number => availableParallelism()
