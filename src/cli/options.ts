/** The flags of all commands: which command knows which, and what a value of each may be. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { OptionError } from '../errors.ts'
import { parseBytes } from '../options.ts'
import { UsageError } from './usage.ts'

export type NativeMode = 'only' | 'prefer' | 'never'
export type Compression = 'lz4' | 'zstd'
export type ResultFormat = 'table' | 'csv' | 'ndjson' | 'arrow'

type Flag =
  | 'analyze' | 'capture' | 'compression' | 'cpu-prof' | 'data' | 'debug' | 'engines' | 'format' | 'from' | 'help' | 'input' | 'ir' | 'json' | 'memory' | 'native' | 'only' | 'profile' | 'queries'
  | 'rounds' | 'runs' | 'sf' | 'table' | 'threads' | 'timeout' | 'wat' | 'with'

const FLAGS: Record<Flag, NonNullable<ParseArgsConfig['options']>[string]> = {
  analyze: { type: 'boolean' },
  capture: { type: 'string' },
  compression: { type: 'string' },
  'cpu-prof': { type: 'string' },
  data: { type: 'string' },
  debug: { type: 'boolean' },
  engines: { type: 'string' },
  format: { type: 'string' },
  from: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  input: { type: 'string', multiple: true },
  ir: { type: 'boolean' },
  json: { type: 'string' },
  memory: { type: 'string' },
  native: { type: 'string' },
  only: { type: 'string' },
  profile: { type: 'boolean' },
  queries: { type: 'string' },
  rounds: { type: 'string' },
  runs: { type: 'string' },
  sf: { type: 'string' },
  table: { type: 'string', multiple: true },
  threads: { type: 'string' },
  timeout: { type: 'string' },
  wat: { type: 'boolean' },
  with: { type: 'string', multiple: true },
}

export type Flags = { readonly [F in Flag]?: string | boolean | string[] | undefined }

/** Splits a command's arguments; unknown flags, missing values and a wrong count of positionals are usage errors. */
export const parse = (command: string, args: string[], flags: readonly Flag[], positionals: readonly string[]): { flags: Flags; positionals: string[] } => {
  const known = Object.fromEntries([...flags, 'help' as const, 'debug' as const].map((flag) => [flag, FLAGS[flag]]))
  const hint = `arcweld ${command} --help`
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args, options: known, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(firstSentence(error instanceof Error ? error.message : String(error)), hint)
  }
  if (!parsed.values['help']) {
    if (parsed.positionals.length < positionals.length) throw new UsageError(`${command}: missing ${positionals[parsed.positionals.length]}`, hint)
    if (parsed.positionals.length > positionals.length) throw new UsageError(`${command}: unexpected argument '${parsed.positionals[positionals.length]}'`, hint)
    const empty = parsed.positionals.findIndex((text) => text.trim() === '')
    if (empty >= 0) throw new UsageError(`${command}: ${positionals[empty]} is empty`, hint)
  }
  return { flags: parsed.values as Flags, positionals: parsed.positionals }
}

const firstSentence = (text: string): string => text.split(/\. (?=To )/)[0]?.trim() ?? text

const choice = <T extends string>(flag: Flag, values: readonly T[]) => (flags: Flags): T | undefined => {
  const value = flags[flag]
  if (value === undefined) return undefined
  if (!values.includes(value as T)) throw new UsageError(`--${flag} takes ${values.join(', ')}; not '${String(value)}'`)
  return value as T
}

const integer = (flag: Flag, min: number, max: number) => (flags: Flags): number | undefined => {
  const value = flags[flag]
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min && number <= max)) throw new UsageError(`--${flag} takes an integer from ${min} to ${max}; not '${String(value)}'`)
  return number
}

export const nativeOption = choice<NativeMode>('native', ['only', 'prefer', 'never'])
export const resultFormat = choice<ResultFormat>('format', ['table', 'csv', 'ndjson', 'arrow'])
/** Only Arrow is written compressed. */
export const compressionOption = (flags: Flags): Compression | undefined => {
  const value = choice<Compression>('compression', ['lz4', 'zstd'])(flags)
  if (value !== undefined && flags.format !== 'arrow') throw new UsageError('--compression goes with --format arrow')
  return value
}
/** Whether a benchmark's tables lie in memory, or every query reads the files. */
export const fromOption = choice<'memory' | 'file'>('from', ['memory', 'file'])
export const explainFormat = choice<'text' | 'json'>('format', ['text', 'json'])
export const threadsOption = integer('threads', 1, 256)
export const runsOption = integer('runs', 1, 1000)
export const roundsOption = integer('rounds', 1, 1000)
/** Seconds. */
export const timeoutOption = integer('timeout', 1, 86400)

const path = (flag: Flag, what: string) => (flags: Flags): string | undefined => {
  const value = flags[flag]
  if (value === '') throw new UsageError(`--${flag} takes ${what}`)
  return value as string | undefined
}

export const captureOption = path('capture', 'a folder')
export const cpuProfOption = path('cpu-prof', 'a folder')
export const dataOption = path('data', 'a folder')
export const jsonOption = path('json', 'a file')

/** One scale factor. */
export const scaleOption = ({ sf }: Flags): number | undefined => {
  if (sf === undefined) return undefined
  const number = /^\d+(\.\d+)?$/.test(String(sf)) ? Number(sf) : Number.NaN
  if (!(number > 0 && number <= 1000)) throw new UsageError(`--sf takes a number above 0 and up to 1000; not '${String(sf)}'`)
  return number
}

/** Bytes. */
export const memoryOption = (flags: Flags): number | undefined => {
  const value = flags.memory
  if (value === undefined) return undefined
  try {
    return parseBytes(String(value))
  } catch (error) {
    throw error instanceof OptionError ? new UsageError(`--${error.message}`) : error
  }
}

/** A comma-separated list, as in `--only q01,q02`. */
export const listOption = (flag: 'engines' | 'only' | 'sf' | 'queries', flags: Flags): string[] | undefined => {
  const value = flags[flag]
  if (value === undefined) return undefined
  const items = String(value).split(',').map((item) => item.trim())
  if (items.some((item) => item === '')) throw new UsageError(`--${flag} takes a list like a,b; not '${String(value)}'`)
  return items
}
