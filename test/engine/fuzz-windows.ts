/** Random window functions over the fuzz tables. Where rows that are peers could come in any order, the order ends with the unique id. */
import type { FuzzQuery } from './fuzz-queries.ts'
import type { FuzzTable } from './fuzz-tables.ts'
import type { Random } from './random.ts'

const PARTITIONS = ['k', 'g', 's', 'n', 'b', 'wide', 'p', 'q', 'f64', 'day', 'm', 'k % 3']
const ORDERS = ['k', 'n', 'l', 'q', 'p', 'm', 's', 'g', 'b', 'f64', 'f32', 'day', 'ts', 'i8', 'd38', 'i64', 'length(s)']
/** Keys that an offset of this kind can be added to. */
const RANGE_KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['k', ['0', '1', 'k', '3']],
  ['n', ['0', 'k', '1', '5']],
  ['l', ['0', '2', '70000000000']],
  ['q', ['0', '0.25', '1.5']],
  ['p', ['0', '1.25', '3.5', '1000']],
  ['m', ['0', '1.00001']],
  ['i16', ['1', '100']],
]
const ANY = ['k', 'n', 'l', 'q', 'p', 'm', 's', 'g', 'b', 'day', 'ts', 'i8', 'u64', 'd38', 'f32', 'wide']
const SUMMED = ['k', 'n', 'l', 'q', 'p', 'm', 'i8', 'u32', 'd9', 'k * 2']

const aggregate = (r: Random): string => {
  switch (r.int(9)) {
    case 7:
      return `count(DISTINCT ${r.pick(ANY)})`
    case 8:
      return `${r.pick(['sum', 'avg'])}(DISTINCT ${r.pick(SUMMED)})`
    case 0:
      return 'count(*)'
    case 1:
      return `count(${r.pick(ANY)})`
    case 2:
    case 3:
      return `sum(${r.pick(SUMMED)})`
    case 4:
      return `avg(${r.pick(['k', 'n', 'l', 'q', 'p'])})`
    case 5:
      return `${r.pick(['min', 'max'])}(${r.pick(ANY)})`
    default:
      return `${r.pick(['bool_and', 'bool_or'])}(b)`
  }
}

interface Frame {
  readonly text: string
  /** Whether it counts rows, so that their order must be whole. */
  readonly rows: boolean
}

/** `beyond`: an offset that leads away from the peers, without which DuckDB begins and ends such frames within them. */
const bounds = (r: Random, offset: () => string, beyond = offset): string => {
  const start = r.pick([() => 'UNBOUNDED PRECEDING', () => 'UNBOUNDED PRECEDING', () => `${offset()} PRECEDING`, () => 'CURRENT ROW', () => `${beyond()} FOLLOWING`])()
  const after = start.endsWith('FOLLOWING') ? 2 : start === 'CURRENT ROW' ? 1 : 0
  const end = r.pick([() => `${beyond()} PRECEDING`, () => 'CURRENT ROW', () => `${offset()} FOLLOWING`, () => 'UNBOUNDED FOLLOWING'].slice(after))()
  return `BETWEEN ${start} AND ${end}`
}

/** Of frames that end before they begin DuckDB excludes rows, and then finds some; what begins and ends on one side may be such a frame. */
const excluding = (r: Random, frame: string): string => {
  const sides = frame.match(/PRECEDING|FOLLOWING/g) ?? []
  return r.chance(0.25) && (sides.length < 2 || sides[0] !== sides[1]) ? `${frame} EXCLUDE ${r.pick(['CURRENT ROW', 'GROUP', 'TIES'])}` : frame
}

const order = (r: Random, columns: readonly string[]): string => columns.map((c) => `${c}${r.pick(['', ' DESC'])} NULLS ${r.pick(['FIRST', 'LAST'])}`).join(', ')

/** A function and what it is over. `lowered`: it has a native form. */
const call = (r: Random): { readonly text: string; readonly lowered: boolean } => {
  const partition = r.chance(0.75) ? `PARTITION BY ${r.some(1, 2, () => r.pick(PARTITIONS)).join(', ')} ` : ''
  const keys = (whole: boolean, least = 0) => [...r.some(least, 2, () => r.pick(ORDERS)), ...(whole ? ['id'] : [])]
  const over = (by: readonly string[], frame = '') => `OVER (${partition}${by.length ? `ORDER BY ${order(r, by)} ` : ''}${frame})`
  const framed = (): { over: string; frame: Frame } => {
    const unit = r.pick(['', 'ROWS', 'RANGE', 'RANGE', 'GROUPS'])
    if (unit === '') return { over: over(keys(false)), frame: { text: '', rows: false } }
    if (unit === 'RANGE' && r.chance(0.7)) {
      const [key, offsets] = r.pick(RANGE_KEYS)
      return { over: over([key], excluding(r, `RANGE ${bounds(r, () => r.pick(offsets), () => offsets.at(-1) as string)}`)), frame: { text: unit, rows: false } }
    }
    const plain = unit === 'RANGE' ? `BETWEEN ${r.pick(['UNBOUNDED PRECEDING AND CURRENT ROW', 'CURRENT ROW AND UNBOUNDED FOLLOWING', 'UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', 'CURRENT ROW AND CURRENT ROW'])}` : bounds(r, () => r.pick(['0', '1', '2', '7', '40', '300', 'coalesce(k, 0)']))
    return { over: over(keys(unit === 'ROWS', 1), excluding(r, `${unit} ${plain}`)), frame: { text: unit, rows: unit === 'ROWS' } }
  }
  switch (r.int(5)) {
    case 0:
      return { text: `${r.pick(['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()'])} ${over(keys(false))}`, lowered: true }
    case 1:
      return { text: `${r.pick(['row_number()', `ntile(${r.pick(['1', '3', '10', 'nullif(k, 0)'])})`])} ${over(keys(true))}`, lowered: true }
    case 2: {
      const ignore = r.chance(0.3)
      const offset = r.pick(['', ', 1', ', 2', ', 30', ', k', ', -1', ', 0'])
      return { text: `${r.pick(['lag', 'lead'])}(${r.pick(ANY)}${offset}${ignore ? ' IGNORE NULLS' : ''}) ${over(keys(true))}`, lowered: true }
    }
    case 3: {
      const name = r.pick(['first_value', 'last_value', 'nth_value'])
      const ignore = r.chance(0.3)
      const whole = over(keys(true), r.chance(0.6) ? excluding(r, `${r.pick(['ROWS', 'GROUPS'])} ${bounds(r, () => r.pick(['0', '1', '3', '50']))}`) : '')
      return { text: `${name}(${r.pick(ANY)}${name === 'nth_value' ? `, ${r.pick(['1', '2', '5', 'k'])}` : ''}${ignore ? ' IGNORE NULLS' : ''}) ${whole}`, lowered: true }
    }
    default: {
      const filter = r.chance(0.2) ? ` FILTER (WHERE ${r.pick(['k > 3', 'b', 'n IS NULL OR n < 3'])})` : ''
      const { over: where } = framed()
      const text = `${aggregate(r)}${filter} ${where}`
      return { text, lowered: !(text.includes('DISTINCT') && text.includes('EXCLUDE')) }
    }
  }
}

export const windowQuery = (r: Random, tables: readonly FuzzTable[], kind: string): FuzzQuery => {
  const table = r.pick(tables)
  const calls = r.some(1, 3, () => call(r))
  const where = r.chance(0.3) ? ` WHERE ${r.pick(['k < 6', 'b', 'n IS NOT NULL', 'id % 3 = 0'])}` : ''
  const columns = ['id', ...r.some(0, 2, () => r.pick(ANY))]
  const inner = `SELECT ${[...columns.map((c, i) => `${c} AS c${i}`), ...calls.map((c, i) => `${c.text} AS w${i}`)].join(', ')} FROM ${kind}${table.name}${where}`
  const sql = r.chance(0.2) ? `SELECT * FROM (${inner}) WHERE w0 IS NOT NULL` : inner
  return { sql, tables: [table], keys: [], unlimited: undefined, excludes: false, rowwise: false, lowered: calls.every((c) => c.lowered) }
}
