/**
 * What share of the rows a condition lets pass, estimated from the ranges of columns and the sizes of dictionaries: values are
 * taken to be spread evenly and columns to know nothing of one another (Selinger, SIGMOD 1979). undefined where nothing is known.
 */
import { parseLiteral } from '../layout/literal.ts'
import type { Range } from '../layout/types.ts'
import type { Expr } from '../plan/nodes.ts'
import { planType } from './lower-expression.ts'
import type { Column, Row } from './stage.ts'
import { scaleOf } from './values.ts'

/** What part of the rows conditions were found to let pass, of those that pass the ones before. */
export type Shares = ReadonlyMap<Expr, number>
export const NO_SHARES: Shares = new Map()

const FLIPPED: Readonly<Record<string, string>> = { lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' }

/** A column, or a cast of one to a type of the same scale. */
const columnOf = (e: Expr | undefined, row: Row): Column | undefined => {
  if (e?.expr === 'column') return row.columns[e.index]
  const scale = e?.expr === 'cast' ? scaleOf(planType(e.type)) : undefined
  return e?.expr === 'cast' && scale !== undefined && scale === scaleOf(planType(e.arg.type)) ? columnOf(e.arg, row) : undefined
}

/** Of integers, decimals (unscaled), dates and timestamps. */
const exactValue = (e: Expr | undefined): bigint | undefined => {
  if (e?.expr !== 'literal') return undefined
  const value = parseLiteral(e.value, planType(e.type))
  return typeof value === 'bigint' ? value : typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined
}
const within = (share: number): number => Math.min(1, Math.max(0, share))
const part = (of: bigint, whole: bigint): number => within(Number((of * 10000n) / whole) / 10000)

/** Share of a range's values that are below a value. */
const below = ({ min, max }: Range, value: bigint): number => part(value - min, max - min + 1n)

const equal = (column: Column | undefined, operand: Expr | undefined): number | undefined => {
  if (column?.codes) return 1 / Math.max(1, column.codes.dictionary.size)
  const value = exactValue(operand)
  if (!column?.range || value === undefined) return undefined
  return value < column.range.min || value > column.range.max ? 0 : 1 / Number(column.range.max - column.range.min + 1n)
}

const compare = (fn: string, column: Column | undefined, operand: Expr | undefined): number | undefined => {
  if (fn === 'eq') return equal(column, operand)
  if (fn === 'ne') {
    const share = equal(column, operand)
    return share === undefined ? undefined : 1 - share
  }
  const value = exactValue(operand)
  if (!column?.range || column.codes || value === undefined) return undefined
  switch (fn) {
    case 'lt':
      return below(column.range, value)
    case 'le':
      return below(column.range, value + 1n)
    case 'gt':
      return 1 - below(column.range, value + 1n)
    case 'ge':
      return 1 - below(column.range, value)
    default:
      return undefined
  }
}

export const sharePassing = (e: Expr, row: Row): number | undefined => {
  if (e.expr !== 'call') return undefined
  const [a, b, c] = e.args
  const all = (): readonly number[] | undefined => {
    const shares = e.args.map((arg) => sharePassing(arg, row))
    return shares.includes(undefined) ? undefined : (shares as readonly number[])
  }
  switch (e.fn) {
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return b?.expr === 'literal' ? compare(e.fn, columnOf(a, row), b) : compare(FLIPPED[e.fn] ?? e.fn, columnOf(b, row), a)
    case 'between': {
      const [low, high] = [compare('ge', columnOf(a, row), b), compare('le', columnOf(a, row), c)]
      return low === undefined || high === undefined ? undefined : within(low + high - 1)
    }
    case 'in': {
      const one = equal(columnOf(a, row), b)
      return one === undefined ? undefined : within(one * (e.args.length - 1))
    }
    case 'and':
      return all()?.reduce((x, y) => x * y, 1)
    case 'or': {
      const none = all()?.reduce((x, y) => x * (1 - y), 1)
      return none === undefined ? undefined : 1 - none
    }
    case 'not': {
      const share = a && sharePassing(a, row)
      return share === undefined ? undefined : 1 - share
    }
    default:
      return undefined
  }
}
