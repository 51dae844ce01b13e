/** `--table name=path` and `--with name.option=value`: the tables of a command, and how those of text are written. */
import type { Flags } from './options.ts'
import { UsageError } from './usage.ts'

export interface TableOption {
  readonly name: string
  readonly path: string
  /** Options of its registration, by name. */
  readonly how?: Readonly<Record<string, unknown>> | undefined
}

const TEXTS = ['format', 'delimiter', 'quote', 'escape', 'comment', 'dateFormat', 'timestampFormat', 'ragged', 'encoding', 'compression']
const FLAGS = ['header', 'quotedNulls']
const NUMBERS = ['skip', 'sample']
const JSONS = ['columns', 'types', 'nullStrings']

/** A shell passes a tab with pain. */
const ESCAPES: Record<string, string> = { '\\t': '\t' }

const valueOf = (option: string, text: string, whole: string): unknown => {
  if (TEXTS.includes(option)) return ESCAPES[text] ?? text
  if (FLAGS.includes(option) && (text === 'true' || text === 'false')) return text === 'true'
  if (NUMBERS.includes(option) && /^\d+$/.test(text)) return Number(text)
  if (option === 'nullStrings' && !text.startsWith('[')) return text
  if (JSONS.includes(option)) {
    try {
      return JSON.parse(text)
    } catch {
      throw new UsageError(`--with ${whole}: ${option} takes JSON, as '{"day": "date"}'`)
    }
  }
  if (FLAGS.includes(option)) throw new UsageError(`--with ${whole}: ${option} takes true or false`)
  if (NUMBERS.includes(option)) throw new UsageError(`--with ${whole}: ${option} takes a number`)
  throw new UsageError(`--with ${whole}: there is no option ${option}; there are ${[...TEXTS, ...FLAGS, ...NUMBERS, ...JSONS].join(', ')}`)
}

export const tableOptions = (flags: Flags): TableOption[] => {
  const tables: { name: string; path: string; how?: Record<string, unknown> }[] = []
  for (const text of (flags.table ?? []) as string[]) {
    const at = text.indexOf('=')
    const name = text.slice(0, Math.max(at, 0)).trim()
    const path = text.slice(at + 1)
    if (at < 0 || name === '' || path === '') throw new UsageError(`--table takes name=path; not '${text}'`)
    if (tables.some((table) => table.name.toLowerCase() === name.toLowerCase())) throw new UsageError(`--table names '${name}' twice`)
    tables.push({ name, path })
  }
  for (const text of (flags.with ?? []) as string[]) {
    const [, name = '', option = '', value = ''] = /^(.+?)\.(\w+)=(.*)$/s.exec(text) ?? []
    if (name === '') throw new UsageError(`--with takes name.option=value; not '${text}'`)
    const table = tables.find((other) => other.name.toLowerCase() === name.trim().toLowerCase())
    if (!table) throw new UsageError(`--with ${text}: there is no --table ${name}`)
    table.how = { ...table.how, [option]: valueOf(option, value, text) }
  }
  return tables
}
