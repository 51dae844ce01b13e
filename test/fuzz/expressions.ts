/**
 * Many expressions in one query, over rows of edge values: DuckDB tells by TRY what each is in each row and where it raises; natively
 * and interpreted it must be that, bit for bit, in the rows that do not raise, and must raise in those that do.
 */
import type { DuckDBType } from '@duckdb/node-api'
import { duckTypeName, duckValue } from '../../src/cli/duckdb-values.ts'
import type { Random } from '../engine/random.ts'
import { sameValue, shown } from './compare.ts'
import type { Answer, Lab } from './lab.ts'
import { type Column, type Rel, sqlOfTerm, type Term, termsOf } from './tree.ts'

export interface Found {
  /** In words: which path gave what instead of what. */
  readonly wrong: string
  readonly path: 'native' | 'interpreted'
  readonly term: Term
  /** Ids of rows that show it. */
  readonly rows: readonly number[]
  /** The rows raise in DuckDB, and not on the path. */
  readonly silent?: boolean
}

export interface Counts {
  expressions: number
  native: number
  interpreted: number
  /** Values compared with DuckDB's. */
  values: number
  nulls: number
  /** Expressions that raise in some row, and those of them asked alone whether they do. */
  raising: number
  raised: number
  unbound: number
  /** Raised where DuckDB, in a condition, takes AND and OR by another order: neither right nor wrong by this witness. */
  undecided: number
  stages: number
  readonly functions: Map<string, number>
  readonly refusals: Map<string, number>
}

export const noCounts = (): Counts => ({ expressions: 0, native: 0, interpreted: 0, values: 0, nulls: 0, raising: 0, raised: 0, unbound: 0, undecided: 0, stages: 0, functions: new Map(), refusals: new Map() })

const RAISES = Symbol('raises')

/** Errors that data raise. */
const RAISED = /^(OVERFLOW|CAST_FAILED|RAISED|INVALID_ARGUMENT)$/

/** In the condition of a CASE DuckDB goes on with the rows that AND, OR or BETWEEN leave open, outside of one with all; its split_part is such a CASE. */
const isUndecided = (term: Term): boolean => [...termsOf(term)].some((t) => t.name === 'case' && t.args.some((a) => [...termsOf(a)].some((x) => /^(and|or|between)$/.test(x.name))) || t.name === 'split_part')

interface Values {
  readonly type: string
  readonly cells: readonly unknown[]
}
/** Of a struct's only field. */
const typeIn = (struct: DuckDBType): string => duckTypeName((struct as unknown as { entryTypes: readonly DuckDBType[] }).entryTypes[0] as DuckDBType)

/** DuckDB's values by row, RAISES where it raises; undefined for what it cannot plan, as where it raises when it plans. */
const witnessed = async (lab: Lab, terms: readonly Term[], table: string): Promise<readonly (Values | undefined)[]> => {
  try {
    const reader = await lab.duckdb.connection.runAndReadAll(`SELECT ${terms.map((t, i) => `TRY({'v': ${sqlOfTerm(t)}}) AS c${i}`).join(', ')} FROM ${table}`)
    const types = reader.columnTypes()
    return reader.getColumns().map((values, i) => {
      // A NULL that DuckDB computes while it binds has lost its type: what the expression is then is DuckDB's to say.
      const type = typeIn(types[i] as DuckDBType)
      return { type, cells: values.map((v) => (v === null ? RAISES : duckValue((v as unknown as { entries: { v: never } }).entries.v, type))) }
    })
  } catch (error) {
    if (terms.length === 1) {
      if (process.env['FUZZ_SKIPPED']) console.log((error as Error).message.split('\n')[0], sqlOfTerm(terms[0] as Term))
      return [undefined]
    }
    const part = Math.ceil(terms.length / 6)
    const values: (Values | undefined)[] = []
    for (let at = 0; at < terms.length; at += part) values.push(...(await witnessed(lab, terms.slice(at, at + part), table)))
    return values
  }
}

/** The expression where it does not raise; undefined where it does in all rows. */
const guarded = (t: Term, values: readonly unknown[], ids: readonly number[]): string | undefined => {
  const raising = ids.filter((_, i) => values[i] === RAISES)
  if (raising.length === 0) return sqlOfTerm(t)
  if (raising.length === ids.length) return undefined
  const rest = ids.filter((_, i) => values[i] !== RAISES)
  return raising.length <= rest.length ? `CASE WHEN id NOT IN (${raising.join(', ')}) THEN ${sqlOfTerm(t)} END` : `CASE WHEN id IN (${rest.join(', ')}) THEN ${sqlOfTerm(t)} END`
}

interface Asked {
  readonly term: Term
  readonly type: string
  readonly cells: readonly unknown[]
  readonly sql: string
}

export class Expressions {
  readonly counts = noCounts()
  readonly found: Found[] = []
  readonly #lab: Lab
  readonly #table: string
  #ids: readonly number[] = []

  constructor(lab: Lab, table: string) {
    this.#lab = lab
    this.#table = table
  }

  async use(): Promise<void> {
    this.#ids = (await this.#lab.duckdb.query(`SELECT id FROM ${this.#table}`)).rows.map((r) => Number(r[0]))
  }

  async batch(terms: readonly Term[], r: Random): Promise<void> {
    const values = await witnessed(this.#lab, terms, this.#table)
    const asked: Asked[] = []
    const raising: Asked[] = []
    for (const [i, term] of terms.entries()) {
      const own = values[i]
      if (own === undefined) {
        this.counts.unbound++
        continue
      }
      const sql = guarded(term, own.cells, this.#ids)
      this.counts.expressions++
      for (const t of termsOf(term)) this.counts.functions.set(t.name, (this.counts.functions.get(t.name) ?? 0) + 1)
      if (own.cells.includes(RAISES)) {
        this.counts.raising++
        raising.push({ term, ...own, sql: '' })
      }
      if (sql !== undefined) asked.push({ term, ...own, sql })
    }
    await this.#ask(asked)
    // What raises cannot be asked for together.
    for (let n = 0; n < 3 && raising.length; n++) await this.#raises(raising.splice(r.int(raising.length), 1)[0] as Asked, r)
  }

  async #ask(asked: readonly Asked[]): Promise<void> {
    if (asked.length === 0) return
    const ours = await this.#lab.ours(`SELECT id, ${asked.map((a, i) => `${a.sql} AS c${i}`).join(', ')} FROM ${this.#table}`)
    const failed = ours.native.raised !== undefined || ours.interpreted.raised !== undefined
    if (failed && asked.length > 1) {
      const half = asked.length >> 1
      await this.#ask(asked.slice(0, half))
      return this.#ask(asked.slice(half))
    }
    this.counts.stages += ours.stages
    if (ours.native.raised === undefined) this.counts.native += asked.length
    else if (ours.native.refused) this.counts.refusals.set(ours.native.raised, (this.counts.refusals.get(ours.native.raised) ?? 0) + 1)
    if (ours.interpreted.raised === undefined) this.counts.interpreted += asked.length
    for (const path of ['native', 'interpreted'] as const) {
      if (path === 'native' && ours.native.refused && !ours.interpreted.refused) continue
      this.#compare(asked, ours[path], path)
    }
  }

  #compare(asked: readonly Asked[], answer: Answer, path: 'native' | 'interpreted'): void {
    if (answer.raised !== undefined) {
      const [{ term, cells }] = asked as [Asked]
      if (answer.refused) return
      if (RAISED.test(answer.code) && isUndecided(term)) {
        this.counts.undecided++
        return
      }
      this.found.push({ wrong: `${path}: ${answer.raised}`, path, term, rows: this.#ids.filter((_, i) => cells[i] !== RAISES) })
      return
    }
    for (const [c, { term, type, cells }] of asked.entries()) {
      const own = answer.rows.columns[c + 1]?.type
      if (own !== type) {
        this.found.push({ wrong: `${path}: type ${own} instead of ${type}`, path, term, rows: this.#ids.slice(0, 1) })
        continue
      }
      for (const [at, row] of answer.rows.rows.entries()) {
        const want = cells[at]
        if (want === RAISES) continue
        if (path === 'native') {
          this.counts.values++
          if (want === null) this.counts.nulls++
        }
        if (sameValue(want, row[c + 1], term.ulps)) continue
        this.found.push({ wrong: `${path}: ${shown(row[c + 1])} instead of ${shown(want)}`, path, term, rows: [this.#ids[at] as number] })
        break
      }
    }
  }

  /** One row of those that raise, alone. */
  async #raises({ term, cells }: Asked, r: Random): Promise<void> {
    const id = r.pick(this.#ids.filter((_, i) => cells[i] === RAISES))
    // Constants alone DuckDB would compute when it plans.
    if (![...termsOf(term)].some((t) => t.name === 'column')) return
    const { native, interpreted } = await this.#lab.ours(`SELECT ${sqlOfTerm(term)} AS c FROM ${this.#table} WHERE id = ${id}`)
    this.counts.raised++
    const lazy = isUndecided(term) || [...termsOf(term)].some((t) => t.lazy)
    for (const [path, answer] of [['native', native], ['interpreted', interpreted]] as const) {
      if (answer.refused) continue
      if (answer.raised === undefined && !lazy) this.found.push({ wrong: `${path}: ${shown(answer.rows.rows[0]?.[0])} where DuckDB raises`, path, term, rows: [id], silent: true })
      else if (answer.raised !== undefined && !RAISED.test(answer.code)) this.found.push({ wrong: `${path}: ${answer.raised}`, path, term, rows: [id], silent: true })
    }
    if (native.refused) return
    if ((native.raised === undefined) !== (interpreted.raised === undefined)) this.found.push({ wrong: `native: ${native.raised ?? 'a value'}, interpreted: ${interpreted.raised ?? 'a value'}`, path: 'native', term, rows: [id], silent: true })
  }
}

/** The query that a finding is shrunk from. */
export const queryOf = (term: Term, table: string, columns: readonly Column[]): Rel => {
  const scan: Rel = { op: 'scan', inputs: [], lists: [], columns, print: () => `SELECT * FROM ${table}` }
  return { op: 'project', inputs: [scan], lists: [{ items: [{ term, as: 'v' }], least: 1 }], columns: [{ name: 'v', type: term.type }], print: ([input], [items]) => `SELECT ${items?.join(', ')} FROM (${input})` }
}
