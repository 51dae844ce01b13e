/** Options that engine and backend share, checked before anything is opened. */
import { availableParallelism } from 'node:os'
import { OptionError } from './errors.ts'
import { TASK_OPTIONS, type TaskOptions } from './execute/exchange/tasks.ts'
import type { NativeMode } from './execute/query.ts'

export interface BackendOptions {
  /** Worker threads; default: as many as the machine runs at once. */
  readonly threads?: number | undefined
  /** Bytes, or text like '3.5GiB', that tables and queries together may hold; default 2 GiB, less than 4 GiB. */
  readonly memory?: number | string | undefined
  /** 'prefer' (default): stages that native code cannot run fall back. 'only': that is an error. 'never': all stages are interpreted. */
  readonly native?: NativeMode | undefined
}

/** Bytes of the shared memory, in whole pages. */
export interface MemoryUse {
  /** What tables, running queries and results that were not read to the end hold. */
  readonly inUse: number
  /** The most that was in use at once. */
  readonly peak: number
  /** The option `memory`: what may be in use. */
  readonly budget: number
}

export interface CheckedOptions {
  readonly threads: number
  readonly memory: number
  readonly native: NativeMode
}

const GIB = 2 ** 30
const UNITS: Record<string, number> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 2 ** 20, gib: GIB }
const LEAST = 16 * 2 ** 20

/** Bytes of a number or a text like `512MiB`. */
export const parseBytes = (memory: number | string): number => {
  const match = typeof memory === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([kmg]?i?b?)\s*$/i.exec(memory) : undefined
  const unit = match ? UNITS[(match[2] as string).toLowerCase()] : 1
  const bytes = typeof memory === 'number' ? memory : match && unit ? Math.floor(Number(match[1]) * unit) : Number.NaN
  if (!Number.isFinite(bytes) || bytes < LEAST || bytes > 4 * GIB) {
    throw new OptionError('INVALID_OPTION', `memory is ${JSON.stringify(memory)}; it must be from 16 MiB to 4 GiB, as bytes or like '2GiB'`)
  }
  return bytes
}

export const checkNative = (native: unknown): NativeMode => {
  if (native === 'only' || native === 'prefer' || native === 'never') return native
  throw new OptionError('INVALID_OPTION', `native is ${JSON.stringify(native)}; it must be 'only', 'prefer' or 'never'`)
}

/** Throws OptionError INVALID_OPTION. */
export const checkTasks = (tasks: Partial<TaskOptions> | undefined): void => {
  if (tasks === undefined) return
  if (typeof tasks !== 'object' || tasks === null) throw new OptionError('INVALID_OPTION', 'tasks must be an object')
  for (const [name, value] of Object.entries(tasks)) {
    if (!Object.hasOwn(TASK_OPTIONS, name)) throw new OptionError('INVALID_OPTION', `tasks has no option ${name}; it has ${Object.keys(TASK_OPTIONS).join(', ')}`)
    if (typeof value !== 'number' || !(value >= 0)) throw new OptionError('INVALID_OPTION', `tasks.${name} is ${JSON.stringify(value)}; it must be a number, 0 or more`)
  }
}

export const checkOptions = ({ threads = Math.min(availableParallelism(), 64), memory = 2 * GIB, native = 'prefer' }: BackendOptions): CheckedOptions => {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) throw new OptionError('INVALID_OPTION', `threads is ${JSON.stringify(threads)}; it must be an integer from 1 to 256`)
  return { threads, memory: parseBytes(memory), native: checkNative(native) }
}
