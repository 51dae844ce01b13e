/** The text form of types. */
import { expect, test } from 'vitest'
import * as t from '../../src/layout/types.ts'

const FORMS: readonly [string, t.SqlType][] = [
  ['binary', t.BINARY],
  ['interval', t.INTERVAL],
  ['interval_year_month', t.INTERVAL_YEAR_MONTH],
  ['interval_day_time', t.INTERVAL_DAY_TIME],
  ['array<int32>', t.array(t.INT32)],
  ['map<string,int64>', t.map(t.STRING, t.INT64)],
  ['struct<>', t.struct([])],
  ['struct<a:int32,b:array<string>>', t.struct([{ name: 'a', type: t.INT32 }, { name: 'b', type: t.array(t.STRING) }])],
  ['struct<"a b":decimal(38,2),"":null,"say ""hi"", <x>":map<date,struct<_1:bool>>,"1":float,a:int8,a:int8>', t.struct([
    { name: 'a b', type: t.decimal(38, 2) }, { name: '', type: t.NULL }, { name: 'say "hi", <x>', type: t.map(t.DATE, t.struct([{ name: '_1', type: t.BOOL }])) },
    { name: '1', type: t.FLOAT }, { name: 'a', type: t.INT8 }, { name: 'a', type: t.INT8 },
  ])],
]

test.each(FORMS)('%s', (text, type) => {
  expect(t.typeName(type)).toBe(text)
  expect(t.parseType(text)).toEqual(type)
  expect(t.sameType(t.parseType(text)!, type)).toBe(true)
})

test('spaces may follow a comma or colon', () => {
  expect(t.parseType('struct<a: decimal(10, 2), b: map<string, int8>>')).toEqual(t.parseType('struct<a:decimal(10,2),b:map<string,int8>>'))
})

test('what is no type', () => {
  const deep = `${'array<'.repeat(64)}int8${'>'.repeat(64)}`
  expect(t.parseType(deep)).toBeDefined()
  const wrong = [
    '', 'array', 'array<', 'array<>', 'array<int32', 'array<int32>>', 'array <int32>', ' int32', 'map<string>', 'map<string,int8,int8>', 'struct', 'struct<a>', 'struct<a:>',
    'struct<a:int32,>', 'struct<:int32>', 'struct<a b:int32>', 'struct<"a:int32>', 'struct<"a"b":int32>', 'decimal(39,1)', 'array<decimal(0,0)>', 'array<decimal(5,6)>', 'int', 'constructor', `array<${deep}>`,
  ]
  for (const text of wrong) expect(t.parseType(text), text).toBeUndefined()
})

test('types differ by names, order and depth', () => {
  const forms = FORMS.map(([, type]) => type)
  for (const [i, a] of forms.entries()) for (const [j, b] of forms.entries()) expect(t.sameType(a, b)).toBe(i === j)
  expect(t.sameType(t.parseType('struct<a:int8>')!, t.parseType('struct<b:int8>')!)).toBe(false)
  expect(t.sameType(t.decimal(5, 2), t.decimal(5, 1))).toBe(false)
})
