/** Estimates against what is counted, over columns whose values are spread evenly. */
import { describe, expect, test } from 'vitest'
import { literal } from '../../src/ir/build.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { sharePassing } from '../../src/operators/selectivity.ts'
import type { Column, Row } from '../../src/operators/stage.ts'
import type { Expr } from '../../src/plan/nodes.ts'

const ir = literal('i64', 0n)
const column = (type: string, range?: readonly [bigint, bigint]): Column => ({ ir, type: parseType(type) as SqlType, range: range && { min: range[0], max: range[1] } })
const ROW: Row = {
  columns: [column('int64', [0n, 99n]), column('decimal(10,2)', [0n, 9999n]), column('double'), { ...column('string'), codes: { ir, dictionary: { size: 50, slices: 0 } } }],
  bound: 1000n,
}
const TYPES = ['int64', 'decimal(10,2)', 'double', 'string']
const col = (index: number): Expr => ({ expr: 'column', index, type: TYPES[index] as string })
const lit = (value: string | number, type = 'int64'): Expr => ({ expr: 'literal', value, type })
const call = (fn: string, ...args: readonly Expr[]): Expr => ({ expr: 'call', fn, args, type: 'bool' })

describe('share of rows that pass', () => {
  test('comparisons are as many as there are', () => {
    const holds: Record<string, (a: number, b: number) => boolean> = { lt: (a, b) => a < b, le: (a, b) => a <= b, gt: (a, b) => a > b, ge: (a, b) => a >= b, eq: (a, b) => a === b, ne: (a, b) => a !== b }
    for (const [fn, test] of Object.entries(holds)) {
      for (const value of [-5, 0, 1, 50, 98, 99, 100, 1000]) {
        const rows = Array.from({ length: 100 }, (_, i) => i)
        expect(sharePassing(call(fn, col(0), lit(`${value}`)), ROW), `${fn} ${value}`).toBeCloseTo(rows.filter((x) => test(x, value)).length / 100, 3)
        expect(sharePassing(call(fn, lit(`${value}`), col(0)), ROW), `${value} ${fn}`).toBeCloseTo(rows.filter((x) => test(value, x)).length / 100, 3)
      }
    }
  })
  test('decimals unscaled, dictionaries by their size, lists and ranges', () => {
    expect(sharePassing(call('lt', col(1), lit('25.00', 'decimal(10,2)')), ROW)).toBeCloseTo(0.25, 3)
    expect(sharePassing(call('eq', col(3), lit('x', 'string')), ROW)).toBeCloseTo(0.02, 3)
    expect(sharePassing(call('between', col(0), lit('10'), lit('29')), ROW)).toBeCloseTo(0.2, 3)
    expect(sharePassing(call('in', col(0), lit('1'), lit('2'), lit('3')), ROW)).toBeCloseTo(0.03, 3)
  })
  test('and, or, not', () => {
    const half = call('lt', col(0), lit('50'))
    expect(sharePassing(call('and', half, half), ROW)).toBeCloseTo(0.25, 3)
    expect(sharePassing(call('or', half, half), ROW)).toBeCloseTo(0.75, 3)
    expect(sharePassing(call('not', call('lt', col(0), lit('10'))), ROW)).toBeCloseTo(0.9, 3)
  })
  test('nothing is known of floats, of strings that are no dictionary, of other functions', () => {
    expect(sharePassing(call('lt', col(2), lit(1, 'double')), ROW)).toBeUndefined()
    expect(sharePassing(call('and', call('lt', col(0), lit('50')), call('lt', col(2), lit(1, 'double'))), ROW)).toBeUndefined()
    expect(sharePassing(call('is_null', col(0)), ROW)).toBeUndefined()
    expect(sharePassing(col(0), ROW)).toBeUndefined()
  })
})
