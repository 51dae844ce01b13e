import { describe, expect, test } from 'vitest'
import { INLINE, OPTIONAL } from '../../src/fallback/inline.ts'
import { apiValue } from '../../src/layout/rows.ts'
import { parseLiteral } from '../../src/layout/literal.ts'
import { CAST, expression } from '../../src/operators/expressions.ts'
import type { Value } from '../../src/operators/registry.ts'
import type { LiteralValue, PlanNode } from '../../src/plan/nodes.ts'
import { call, cast, cell, col, run, type Table, type } from './harness.ts'

/** Narrow enough that inline forms apply, and wide ones for which they must not. */
const SAMPLES: Record<string, readonly LiteralValue[]> = {
  bool: [true, false],
  int8: [-128, -1, 0, 1, 127],
  int32: [-7, 0, 1, 2, 2147483647],
  int64: ['-5', '0', '3', '9007199254740991'],
  uint64: ['0', '7', '18446744073709551615'],
  'decimal(9,2)': ['-1.25', '0.00', '0.01', '9999999.99'],
  'decimal(18,2)': ['-1.25', '0.00', '9999999999999.99'],
  double: [0, '-0', 1.5, -2, 'NaN', 'Infinity', '-Infinity'],
  float: [0, '-0', 1.5, 'NaN', '-Infinity'],
  date: ['1969-12-31', '1970-01-01', '2000-02-29', '1900-02-28', '2024-12-31', '1600-03-01'],
  timestamp: ['1969-12-31 23:59:59.999999', '1970-01-01 00:00:00', '2000-02-29 12:00:00', '1900-03-01 00:00:00'],
  string: ['', 'a', 'b', '～', '😀'],
}

const RESULTS: Record<string, readonly string[]> = {
  add: ['int8', 'int32', 'int64', 'uint64', 'decimal(9,2)', 'decimal(18,2)', 'decimal(38,2)', 'double', 'float'],
  subtract: ['int8', 'int32', 'int64', 'uint64', 'decimal(9,2)', 'decimal(38,2)', 'double', 'float'],
  multiply: ['int8', 'int32', 'int64', 'uint64', 'decimal(18,4)', 'decimal(36,4)', 'double', 'float'],
  year: ['int64'],
  month: ['int64'],
  day: ['int64'],
}

const outcome = async (rows: Promise<unknown[][]>): Promise<string> =>
  rows.then(
    (r) => cell(r[0]![0]),
    (e: { code: string }) => e.code,
  )
const reference = (f: () => Value, result: string): string => {
  try {
    return cell(apiValue(type(result))(f()))
  } catch (e) {
    return (e as { code: string }).code
  }
}

/** Each combination of sample values as a table of one row, whose ranges are as narrow as can be. */
const compare = async (fn: string, types: readonly string[], result: string): Promise<void> => {
  const def = expression(fn)!
  if (def.type(types.map(type), type(result)) !== true) return
  const evaluate = def.eval({ type: type(result), argTypes: types.map(type), flags: {} })
  const combine = (i: number): LiteralValue[][] => (i === types.length ? [[]] : SAMPLES[types[i]!]!.flatMap((v) => combine(i + 1).map((rest) => [v, ...rest])))
  for (const row of combine(0)) {
    const t: Table = { columns: types.map((name, i) => ({ name: `c${i}`, type: name })), rows: [row] }
    const plan: PlanNode = {
      op: 'project',
      input: { op: 'scan', table: 't', columns: t.columns },
      exprs: [
        call(
          fn,
          types.map((name, i) => col(i, name)),
          result,
        ),
      ],
    }
    const wanted = reference(() => evaluate(...row.map((v, i) => parseLiteral(v, type(types[i]!)))), result)
    expect(await outcome(run(plan, { t })), `${fn}(${row.map(String).join(', ')}) of ${types.join()}`).toBe(wanted)
  }
}

describe('inline forms agree with their records', () => {
  for (const fn of Object.keys(INLINE)) {
    test(fn, async () => {
      expect(expression(fn), fn).toBeDefined()
      for (const name of Object.keys(SAMPLES)) {
        for (const result of RESULTS[fn] ?? ['bool']) await compare(fn, /^(year|month|day)$/.test(fn) ? [name] : [name, name], result)
      }
    })
  }
  for (const fn of Object.keys(OPTIONAL)) {
    test(fn, async () => {
      for (const name of ['int32', 'double', 'string', 'decimal(9,2)']) await compare(fn, [name, name, name], 'bool')
    })
  }
})

test('inline casts agree with the record', async () => {
  for (const from of Object.keys(SAMPLES)) {
    for (const to of [...Object.keys(SAMPLES), 'int128', 'decimal(38,4)', 'decimal(12,2)']) {
      if (CAST.type(type(from), type(to)) !== true) continue
      const evaluate = CAST.eval({ from: type(from), to: type(to), onFailure: 'error' })
      for (const value of SAMPLES[from]!) {
        const t: Table = { columns: [{ name: 'c0', type: from }], rows: [[value]] }
        const plan: PlanNode = { op: 'project', input: { op: 'scan', table: 't', columns: t.columns }, exprs: [cast(col(0, from), to)] }
        const wanted = reference(() => evaluate(parseLiteral(value, type(from))), to)
        expect(await outcome(run(plan, { t })), `${String(value)}: ${from} → ${to}`).toBe(wanted)
      }
    }
  }
})
