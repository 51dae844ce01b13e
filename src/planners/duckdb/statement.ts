/**
 * What a statement may reach: registered tables, its own CTEs and a few table functions over constants. Judged on
 * DuckDB's own syntax tree before anything is bound, since binding already opens files.
 */
import { PlanError } from '../../errors.ts'
import { isRaw, malformed, objects, text } from './raw.ts'
import type { Raw } from './raw.ts'

const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest', 'repeat'])
/** Scalar functions that plan other SQL, or tell about the machine or the planning session. */
const FORBIDDEN_FUNCTION = /^(?:json_serialize_(?:sql|plan)|json_deserialize_sql|json_execute.*|getenv|getvariable|write_log|nextval|currval|current_setting|in_search_path|checkpoint|force_checkpoint|pg_.*|duckdb_.*|read_.*|parquet_.*|query|query_table|current_(?:database|schema|schemas|query|user|role)|txid_current|version)$/

interface Surroundings {
  /** Lower-case name → registered name. */
  readonly tables: ReadonlyMap<string, string>
  /** Lower-case names of user functions: they may have any name. */
  readonly udfs: ReadonlySet<string>
}

/** The registered tables that the tree of one SELECT names, in order of appearance. */
export const checkStatement = (tree: unknown, around: Surroundings, positionOf: (location: number) => number): readonly string[] => {
  const used = new Set<string>()
  const refuse = (node: Raw, message: string, code: 'UNSUPPORTED_STATEMENT' | 'UNKNOWN_TABLE' = 'UNSUPPORTED_STATEMENT'): PlanError => {
    const location = node['query_location']
    return new PlanError(code, message, { position: typeof location === 'number' ? positionOf(location) : undefined })
  }

  const walk = (x: unknown, ctes: ReadonlySet<string>): void => {
    if (Array.isArray(x)) {
      for (const item of x) walk(item, ctes)
      return
    }
    if (!isRaw(x)) return
    let scope = ctes
    if (isRaw(x['cte_map'])) scope = walkCtes(x['cte_map'], ctes)
    switch (x['type']) {
      case 'BASE_TABLE':
        baseTable(x, scope)
        break
      case 'TABLE_FUNCTION': {
        const call = x['function']
        const name = isRaw(call) ? text(call, 'function_name').toLowerCase() : ''
        if (!TABLE_FUNCTIONS.has(name)) throw refuse(x, `The table function ${name}() is not allowed: register a table instead`)
        break
      }
      case 'SHOW_REF':
        throw refuse(x, 'DESCRIBE, SHOW and SUMMARIZE are not queries')
    }
    if (x['class'] === 'FUNCTION') {
      const name = text(x, 'function_name').toLowerCase()
      if (FORBIDDEN_FUNCTION.test(name) && !around.udfs.has(name)) throw refuse(x, `The function ${name}() is not allowed`)
    }
    for (const [key, value] of Object.entries(x)) if (key !== 'cte_map') walk(value, scope)
  }

  /** A CTE sees those before it, and itself if it is recursive. */
  const walkCtes = (map: Raw, outer: ReadonlySet<string>): ReadonlySet<string> => {
    const scope = new Set(outer)
    for (const entry of objects(map, 'map')) {
      const name = text(entry, 'key').toLowerCase()
      const value = entry['value']
      const query = isRaw(value) && isRaw(value['query']) ? value['query']['node'] : undefined
      const recursive = isRaw(query) && query['type'] === 'RECURSIVE_CTE_NODE'
      walk(value, recursive ? new Set([...scope, name]) : scope)
      scope.add(name)
    }
    return scope
  }

  const baseTable = (node: Raw, ctes: ReadonlySet<string>): void => {
    const name = text(node, 'table_name')
    const qualified = text(node, 'schema_name') !== '' || text(node, 'catalog_name') !== ''
    if (!qualified && ctes.has(name.toLowerCase())) return
    const registered = qualified ? undefined : around.tables.get(name.toLowerCase())
    if (registered !== undefined) {
      used.add(registered)
      return
    }
    if (/[./\\:*?]/.test(name)) throw refuse(node, `'${name}' looks like a file: register it as a table first`)
    const full = [text(node, 'catalog_name'), text(node, 'schema_name'), name].filter(p => p !== '').join('.')
    throw unknownTable(full, around.tables, refuse(node, '').position)
  }

  if (!isRaw(tree)) throw malformed('a syntax tree')
  walk(tree, new Set())
  return [...used]
}

const unknownTable = (name: string, tables: ReadonlyMap<string, string>, position: number | string | undefined): PlanError => {
  const near = nearest(name, [...tables.values()])
  return new PlanError('UNKNOWN_TABLE', `Table '${name}' is not registered`, { position, hint: near === undefined ? undefined : `Did you mean "${near}"?` })
}

/** The name with the smallest edit distance, if it is at most half of the word. */
const nearest = (word: string, names: readonly string[]): string | undefined => {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 2)) + 1
  for (const name of names) {
    const d = distance(word.toLowerCase(), name.toLowerCase())
    if (d < least) {
      least = d
      best = name
    }
  }
  return best
}

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
