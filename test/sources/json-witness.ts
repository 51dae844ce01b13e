/** What DuckDB's read_json makes of a file, in our names of types and in values that can be compared. */
import type { Witness } from './duckdb.ts'

/** DuckDB's types by our names; JSON is text. */
const TYPES: readonly (readonly [RegExp, string])[] = [[/^BIGINT$/, 'int64'], [/^HUGEINT$/, 'int128'], [/^DOUBLE$/, 'double'], [/^BOOLEAN$/, 'bool'], [/^DATE$/, 'date'], [/^TIMESTAMP$/, 'timestamp'], [/^(VARCHAR|JSON)$/, 'string']]
const ours = (type: string): string => {
  const list = /^(.*)\[\]$/.exec(type)
  if (list) return `array<${ours(list[1]!)}>`
  const struct = /^STRUCT\((.*)\)$/.exec(type)
  if (struct) return `struct<${[...struct[1]!.matchAll(/"([^"]*)" ((?:[^,(]|\([^)]*\))+)/g)].map(([, name, part]) => `${name}:${ours(part!)}`).join(',')}>`
  const map = /^MAP\(VARCHAR, (.*)\)$/.exec(type)
  if (map) return `map<string,${ours(map[1]!)}>`
  return TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? type
}

/** Values as DuckDB's rows in JSON have them. */
export const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  return value
}

/** Maps are lists of entries here, and of objects there. */
export const entries = (value: any): unknown => (Array.isArray(value) ? value.map(entries) : value !== null && typeof value === 'object' && 'key' in value && 'value' in value ? [value.key, value.value] : value)

export const witnessedJson = async (duck: Witness, path: string) => {
  const reader = await duck.connection.runAndReadAll(`select * from read_json('${path.replaceAll("'", "''")}')`)
  return { names: reader.columnNames(), types: reader.columnTypes().map((type) => ours(String(type))), rows: reader.getRowsJson() }
}
