/** A failing case judged, shrunk and told as one command. */
import { differentRows } from './compare.ts'
import { type Answer, inlined, type Lab } from './lab.ts'
import { type Case, type Failing, shrink } from './shrink.ts'
import { type Rel, sqlOfRel, termsOfRel } from './tree.ts'

/** Ends that lose nothing. */
const RAISED = /^(OVERFLOW|CAST_FAILED|RAISED|INVALID_ARGUMENT)$/

/** By its output's terms where they are at the top; 'digits' by the columns' taint. */
export const boundsOf = (query: Rel) => {
  const items = query.op === 'project' ? query.lists[0]?.items : undefined
  return query.columns.map((c, i) => (c.taint === 'digits' ? ('digits' as const) : items?.[i]?.term.ulps))
}

const modeOf = (query: Rel) => (query.op === 'sort' ? 'ordered' : query.op === 'project' && query.inputs[0]?.op === 'scan' ? 'rowwise' : 'any')

export interface Judged {
  readonly failure: string | undefined
  /** In words. */
  readonly said: string
  readonly native: boolean
  readonly rows: number
  readonly refused: string | undefined
  readonly unbound: boolean
  readonly stages: number
  readonly undecided: boolean
}

/** `spoil`: a planted bug, of tests. */
export const judge = async (lab: Lab, query: Rel, sql = sqlOfRel(query), spoil?: (answer: Answer) => Answer): Promise<Judged> => {
  const want = await lab.witness(sql)
  const nothing = { failure: undefined, said: '', native: false, rows: 0, refused: undefined, unbound: false, stages: 0, undecided: false }
  if (want.raised !== undefined && want.code === 'BINDING') return { ...nothing, unbound: true, said: want.raised }
  const ours = await lab.ours(sql)
  const native = spoil ? spoil(ours.native) : ours.native
  const refused = native.refused ? native.raised : undefined
  const rest = { native: !native.refused && native.raised === undefined, rows: want.rows?.rows.length ?? 0, refused, unbound: false, stages: ours.stages, undecided: false }
  const lazy = [...termsOfRel(query)].some((t) => t.lazy) || query.op !== 'project'
  for (const [path, answer] of [['native', native], ['interpreted', ours.interpreted]] as const) {
    if (answer.refused && (path === 'native' ? !ours.interpreted.refused : false)) continue
    const fails = (failure: string, said: string): Judged => ({ ...rest, failure: `${path} ${failure}`, said: `${path}: ${said}` })
    if (answer.raised !== undefined) {
      if (want.raised === undefined) return fails(`raises ${answer.code}`, answer.raised)
      if (!RAISED.test(answer.code)) return fails(`raises ${answer.code}`, answer.raised)
      continue
    }
    if (want.raised !== undefined) {
      if (!lazy) return fails('is silent', `${answer.rows.rows.length} rows where DuckDB says ${want.raised}`)
      continue
    }
    const types = (columns: readonly { type: string }[]) => columns.map((c) => c.type).join(' ')
    if (types(want.rows.columns) !== types(answer.rows.columns)) return fails('has other types', `types ${types(answer.rows.columns)} instead of ${types(want.rows.columns)}`)
    const wrong = differentRows(want.rows.rows, answer.rows.rows, boundsOf(query), modeOf(query))
    if (wrong) return fails('differs', wrong)
  }
  if (want.raised !== undefined && native.raised === undefined !== (ours.interpreted.raised === undefined) && !native.refused) return { ...rest, failure: 'paths differ', said: `native ${native.raised ?? 'gives rows'}, interpreted ${ours.interpreted.raised ?? 'gives rows'}` }
  return { ...rest, failure: undefined, said: '' }
}

/** Loads a case's tables, those that are others than the last ones. */
export const loader = (lab: Lab) => {
  const held = new Map<string, unknown>()
  return async (c: Case): Promise<void> => {
    for (const t of c.tables) {
      if (held.get(t.name) === t) continue
      await lab.load(t)
      held.set(t.name, t)
    }
  }
}

const quote = (sql: string): string => `"${sql.replaceAll(/["\\$`]/g, (c) => `\\${c}`)}"`

/** Shrinks a case and says what it came to: the command first, then what it gives and what DuckDB says. `otherwise`: where only the test shows it. */
export const told = async (lab: Lab, start: Case, otherwise: string, spoil?: (answer: Answer) => Answer): Promise<string> => {
  const load = loader(lab)
  const failing: Failing = async (c) => {
    try {
      await load(c)
    } catch {
      return undefined
    }
    return (await judge(lab, c.query, sqlOfRel(c.query), spoil)).failure
  }
  const { smallest, how, tried } = await shrink(start, failing)
  if (how === '') return `${otherwise}\n(it did not fail again from its rows: ${sqlOfRel(start.query)})`
  await load(smallest)
  const { said } = await judge(lab, smallest.query, sqlOfRel(smallest.query), spoil)
  const used = smallest.tables.filter((t) => new RegExp(`\\b${t.name}\\b`).test(sqlOfRel(smallest.query)))
  const sql = inlined(sqlOfRel(smallest.query), used)
  const alone = used.every((t) => t.rows.length > 0) ? await judge(lab, smallest.query, sql, spoil) : undefined
  const flag = how.startsWith('interpreted') ? ' --native never' : ' --native only'
  const command = alone?.failure === how ? `arcweld sql ${quote(sql)}${flag}` : `${otherwise}\nwith the rows of ${sql}`
  return `${command}\n${said}\n(${how}; shrunk in ${tried} steps)`
}
