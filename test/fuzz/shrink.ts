/**
 * Makes a failing case smaller: operators, expressions, rows and columns are taken away as long as it fails in the same way. What
 * is left is told as one command that shows it.
 */
import type { Data } from './lab.ts'
import { type Rel, smallerRels, sqlOfRel } from './tree.ts'

export interface Case {
  readonly tables: readonly Data[]
  readonly query: Rel
}

/** What fails, in a word: 'native differs'; undefined where nothing does. */
export type Failing = (c: Case) => Promise<string | undefined>

/** Rows of one table without a part of them, the largest parts first; then tables with one column less. */
function* smallerData(tables: readonly Data[]): Generator<readonly Data[]> {
  for (const [t, table] of tables.entries()) {
    const with_ = (rows: Data['rows']) => tables.map((x, i) => (i === t ? { ...x, rows } : x))
    const n = table.rows.length
    for (let part = Math.ceil(n / 2); n > 0 && part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
      for (let at = 0; at < n; at += part) yield with_([...table.rows.slice(0, at), ...table.rows.slice(at + part)])
    }
  }
}

function* narrower(tables: readonly Data[]): Generator<readonly Data[]> {
  for (const [t, table] of tables.entries()) {
    if (table.columns.length < 2) continue
    for (const c of table.columns.keys()) {
      const without = <T>(list: readonly T[]) => list.filter((_, i) => i !== c)
      yield tables.map((x, i) => (i === t ? { ...x, columns: without(x.columns), rows: x.rows.map(without) } : x))
    }
  }
}

/** Values that are nothing special: NULL, zero, one. */
function* plainer(tables: readonly Data[]): Generator<readonly Data[]> {
  for (const [t, table] of tables.entries()) {
    if (table.rows.length > 8) continue
    for (const [r, row] of table.rows.entries()) {
      for (const [c, v] of row.entries()) {
        const type = table.columns[c]?.type ?? ''
        const simple = /^(u?int|decimal|float|double)/.test(type) ? ['1', '0'] : type === 'string' ? ['a', ''] : []
        if (v === null || simple.includes(v)) continue
        for (const by of simple) yield tables.map((x, i) => (i === t ? { ...x, rows: x.rows.map((own, k) => (k === r ? own.map((w, j) => (j === c ? by : w)) : own)) } : x))
      }
    }
  }
}

/** The smallest case that is found to fail as the given one does; at most `tries` cases are tried. */
export const shrink = async (start: Case, failing: Failing, tries = 1500): Promise<{ readonly smallest: Case; readonly how: string; readonly tried: number }> => {
  const how = await failing(start)
  if (how === undefined) return { smallest: start, how: '', tried: 1 }
  let smallest = start
  let tried = 0
  const better = async (candidates: () => Generator<Case>): Promise<boolean> => {
    let any = false
    for (let again = true; again; ) {
      again = false
      const length = sqlOfRel(smallest.query).length
      for (const c of candidates()) {
        if (tried >= tries) return any
        if (c.query !== smallest.query && sqlOfRel(c.query).length >= length) continue
        tried++
        if ((await failing(c)) !== how) continue
        smallest = c
        any = again = true
        break
      }
    }
    return any
  }
  const data = (of: (tables: readonly Data[]) => Generator<readonly Data[]>) => function* (): Generator<Case> {
    for (const tables of of(smallest.tables)) yield { ...smallest, tables }
  }
  const queries = function* (): Generator<Case> {
    for (const query of smallerRels(smallest.query)) yield { ...smallest, query }
  }
  for (let again = true; again && tried < tries; ) {
    again = false
    for (const step of [queries, data(smallerData), data(narrower), data(plainer)]) again = (await better(step)) || again
  }
  return { smallest, how, tried }
}
