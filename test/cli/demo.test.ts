import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { airportsTable, csvRecords } from '../../src/cli/demo/airports.ts'
import { demoFiles } from '../../src/cli/demo/data.ts'
import { race, summary } from '../../src/cli/demo/measure.ts'
import { grade, QUERIES } from '../../src/cli/demo/queries.ts'
import { openDuckDb } from '../../src/cli/duckdb.ts'

describe('airports.csv', () => {
  test('quotes, empty fields, line ends', () => {
    expect(csvRecords('a,b\n"x, ""y""",\r\n,""\n1,2')).toEqual([['a', 'b'], ['x, "y"', null], [null, ''], ['1', '2']])
    expect(csvRecords('')).toEqual([])
    expect(() => csvRecords('a,"b')).toThrow(SyntaxError)
  })

  test("holds what DuckDB's reader finds", async () => {
    const path = demoFiles().airports
    const table = airportsTable(readFileSync(path, 'utf8'))
    const duckdb = await openDuckDb(1)
    try {
      const { rows, columns } = await duckdb.query(`select * from read_csv('${path}', header = true, nullstr = '')`)
      expect(table.schema.fields.map((field) => field.name)).toEqual(columns.map((column) => column.name))
      expect(table.numRows).toBe(rows.length)
      const ours = table.toArray().map((row) => Object.values(row?.toJSON() ?? {}))
      expect(ours).toEqual(rows)
    } finally {
      duckdb.close()
    }
  })
})

test('the questions: seven or more, one with a join, one with the function', () => {
  expect(QUERIES.length).toBeGreaterThanOrEqual(7)
  expect(QUERIES.filter((query) => query.sql.includes(' join '))).toHaveLength(1)
  expect(QUERIES.filter((query) => query.sql.includes('grade(mean)'))).toHaveLength(1)
  expect([5.9, 6, 8.9, 9].map(grade)).toEqual(['good', 'fair', 'fair', 'poor'])
})

test('medians and spread', () => {
  expect(summary([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: 3 })
  expect(summary([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, runs: 4 })
})

test('contestants take turns, and each begins in its round', async () => {
  const order: string[] = []
  const contestant = (name: string, runs?: number) => ({ name, run: async () => order.push(name), ...(runs === undefined ? {} : { runs }) })
  const times = await race([contestant('a'), contestant('b'), contestant('c', 1)], 2, 1)
  expect(order.join('')).toBe('abc' + 'abc' + 'ba')
  expect(times.map((time) => time.runs)).toEqual([2, 2, 1])
})
