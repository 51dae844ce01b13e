/**
 * What a statement may reach: registered tables, its own CTEs and a few table functions over constants. Judged on
 * DuckDB's own syntax tree before anything is bound, since binding already opens files.
 */
import { PlanError } from '../../errors.ts'
import { foldCase, nearest } from './names.ts'
import { isRaw, malformed, objects, text } from './raw.ts'
import type { Raw } from './raw.ts'

const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest', 'repeat'])
/** Scalar functions that plan other SQL, or tell about the machine or the planning session. */
const FORBIDDEN_FUNCTION =
  /^(?:json_serialize_(?:sql|plan)|json_deserialize_sql|json_execute.*|getenv|getvariable|write_log|nextval|currval|current_setting|in_search_path|checkpoint|force_checkpoint|pg_.*|duckdb_.*|read_.*|parquet_.*|query|query_table|current_(?:database|schema|schemas|query|user|role)|txid_current|version)$/

interface Surroundings {
  /** Name without case → registered name. */
  readonly tables: ReadonlyMap<string, string>
  /** Names without case of user functions: they may have any name. */
  readonly udfs: ReadonlySet<string>
  /** Where the statement begins: the position of what has none. */
  readonly start: number
}

/** The registered tables that the tree of one SELECT names, in order of appearance. */
export const checkStatement = (tree: unknown, around: Surroundings, positionOf: (location: number) => number): readonly string[] => {
  const used = new Set<string>()
  const refuse = (node: Raw, message: string, code: 'UNSUPPORTED_STATEMENT' | 'UNKNOWN_TABLE' = 'UNSUPPORTED_STATEMENT'): PlanError => {
    const location = node['query_location']
    return new PlanError(code, message, { position: typeof location === 'number' ? positionOf(location) : around.start })
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
        const name = isRaw(call) ? foldCase(text(call, 'function_name')) : ''
        if (!TABLE_FUNCTIONS.has(name)) throw refuse(x, `The table function ${name}() is not allowed: register a table instead`)
        break
      }
      case 'SHOW_REF':
        throw refuse(x, 'DESCRIBE, SHOW and SUMMARIZE are not queries')
    }
    if (x['class'] === 'FUNCTION') {
      const name = foldCase(text(x, 'function_name'))
      if (FORBIDDEN_FUNCTION.test(name) && !around.udfs.has(name)) throw refuse(x, `The function ${name}() is not allowed`)
    }
    for (const [key, value] of Object.entries(x)) if (key !== 'cte_map') walk(value, scope)
  }

  /** A CTE sees those before it, and itself if it is recursive. */
  const walkCtes = (map: Raw, outer: ReadonlySet<string>): ReadonlySet<string> => {
    const scope = new Set(outer)
    for (const entry of objects(map, 'map')) {
      const name = foldCase(text(entry, 'key'))
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
    if (!qualified && ctes.has(foldCase(name))) return
    const registered = qualified ? undefined : around.tables.get(foldCase(name))
    if (registered !== undefined) {
      used.add(registered)
      return
    }
    if (/[./\\:*?]/.test(name)) throw refuse(node, `'${name}' looks like a file: register it as a table first`)
    const full = [text(node, 'catalog_name'), text(node, 'schema_name'), name].filter((p) => p !== '').join('.')
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

/** Whether one table, named once, is all that has rows in a statement's tree: there is nothing to join. */
export const namesOneTable = (tree: unknown): boolean => {
  let tables = 0
  const visit = (x: unknown): boolean => {
    if (Array.isArray(x)) return x.every(visit)
    if (!isRaw(x)) return true
    if (ROWS_OF_THEIR_OWN.has(x['type'])) return false
    if (MADE_A_JOIN.has(x['class']) || x['type'] === 'COMPARE_IN' || x['type'] === 'COMPARE_NOT_IN') return false
    if (x['type'] === 'BASE_TABLE' && ++tables > 1) return false
    for (const key in x) if (!visit(x[key])) return false
    return true
  }
  return visit(tree) && tables === 1
}
const ROWS_OF_THEIR_OWN: ReadonlySet<unknown> = new Set(['JOIN', 'SUBQUERY', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'PIVOT', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE'])
/** Expressions of which the optimizer may make one; a long IN is another. */
const MADE_A_JOIN: ReadonlySet<unknown> = new Set(['SUBQUERY', 'WINDOW'])
