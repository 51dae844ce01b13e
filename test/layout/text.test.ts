import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvRow, ndjsonRow } from '../../src/layout/text.ts'
import { tableLines } from '../../src/layout/table.ts'
import * as t from '../../src/layout/types.ts'

const fields = (...types: t.SqlType[]): t.Field[] => types.map((type, i) => ({ name: `c${i}`, type }))

/** RFC 4180, with NULL (null) apart from the empty string. */
const parseCsv = (line: string): (string | null)[] => {
  const out: (string | null)[] = []
  for (let at = 0; ; ) {
    if (line[at] === '"') {
      let text = ''
      for (at++; line[at] !== '"' || line[at + 1] === '"'; at++) {
        if (line[at] === '"') at++
        text += line[at]
      }
      out.push(text)
      at++
    } else {
      const end = line.indexOf(',', at) < 0 ? line.length : line.indexOf(',', at)
      out.push(end === at ? null : line.slice(at, end))
      at = end
    }
    if (at >= line.length) return out
    at++
    if (at === line.length) return [...out, null]
  }
}

describe('csv', () => {
  test('quotes only what needs it, and tells the empty string from NULL', () => {
    expect(
      csvHeader([
        { name: 'a,b', type: t.STRING },
        { name: 'c', type: t.STRING },
      ]),
    ).toBe('"a,b",c')
    expect(csvRow(fields(t.STRING, t.STRING, t.STRING, t.STRING), ['', null, 'say "hi"', 'a\nb'])).toBe('"",,"say ""hi""","a\nb"')
    expect(
      csvRow(fields(t.DOUBLE, t.DOUBLE, t.DOUBLE, t.FLOAT, t.INT64, t.BOOL, t.decimal(5, 2)), [
        -0,
        Number.NaN,
        Number.NEGATIVE_INFINITY,
        Math.fround(0.1),
        -5n,
        true,
        '1.50',
      ]),
    ).toBe('-0,NaN,-Infinity,0.1,-5,true,1.50')
  })
  test('reads back', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' ') })), { minLength: 2, maxLength: 6 }), (values) => {
        expect(parseCsv(csvRow(fields(...values.map(() => t.STRING)), values))).toEqual(values)
      }),
    )
  })
  test('floats print the shortest text that reads back', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(Math.fround(Number(csvRow(fields(t.FLOAT), [value])))).toBe(value)
      }),
    )
  })
})

test('ndjson: digits for wide integers, words for what JSON lacks', () => {
  const line = ndjsonRow(fields(t.INT64, t.DOUBLE, t.DOUBLE, t.STRING, t.BOOL, t.STRING), [9007199254740993n, Number.NaN, -0, 'a"\n', false, null])
  expect(line).toBe('{"c0":9007199254740993,"c1":"NaN","c2":-0,"c3":"a\\"\\n","c4":false,"c5":null}')
})

test('tables align by display width and let no control character through', () => {
  const lines = tableLines(
    [
      { name: 'name', type: t.STRING },
      { name: 'n', type: t.INT64 },
    ],
    [
      ['日本', 5n],
      ['a\u001b[31m\n', null],
      ['x'.repeat(80), -12n],
    ],
    { maxCell: 12 },
  )
  expect(lines).toEqual(['name             n', '────────────  ────', '日本             5', 'a\\x1b[31m\\n   NULL', 'xxxxxxxxxxx…   -12'])
})
