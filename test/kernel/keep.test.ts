/** Failures are kept as bundles that fail until they are mended: right expectations pass, wrong ones are told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { tableFromArrays } from 'apache-arrow'
import { afterAll, expect, test } from 'vitest'
import type { Param } from '../../src/compile.ts'
import { binary, literal } from '../../src/ir/build.ts'
import type { Ir } from '../../src/ir/nodes.ts'
import type { Program, SourceColumn } from '../../src/ir/program.ts'
import { replayBundle } from '../../src/kernel/replay.ts'
import { HIGH, LOW, Machine } from '../codegen/machine.ts'
import { keepQuery, keepStage, programStage, runtime, type Wanted } from './keep.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-keep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const columns: readonly SourceColumn[] = [{ physical: 'i64', nullable: true }, { physical: 'utf8', nullable: false }]
const field = (type: Ir['type'], index: number): Ir => ({ ir: 'field', type, row: 'n', index })
const quotient: Ir = { ir: 'checked', type: 'i64', op: '*', left: { ir: 'value', type: 'i64', arg: field('?i64', 0) }, right: { ir: 'param', type: 'i64', index: 0 }, site: 0 }
const program: Program = {
  pipelines: [
    {
      operators: [], source: { source: 'columns', relation: 0, columns }, row: 'n',
      builder: { builder: 'appender', fields: [{ type: 'i64', physical: 'i64' }, { type: '?i64', physical: 'i64' }, { type: 'str', physical: 'slice' }, { type: 'f64', physical: 'f64' }], counted: false },
      body: {
        body: 'if', cond: binary('!=', { ir: 'unary', type: 'i32', op: 'length', arg: field('str', 1) }, literal('i32', 0)),
        next: { body: 'merge', key: [], values: [quotient, field('?i64', 0), field('str', 1), literal('f64', -0)] },
      },
    },
  ],
}
const rows = [[3n, 'three'], [null, 'none'], [5n, ''], [-7n, 'größer']] as const
const params: readonly Param[] = [{ type: 'i64', value: 1000n }]
const right = [[3000, 3, 'three', -0], [0, null, 'none', -0], [-7000, -7, 'größer', -0]]

const kept = async (name: string, wanted: Wanted, values: readonly Param[] = params, base = LOW) => {
  const machine = new Machine(base)
  return replayBundle(keepStage(name, programStage(program, values), [machine.relation(columns, rows, 3)], machine, wanted, folder), { runtime, runs: 1 })
}

test('a program and its rows, at low and high addresses', async () => {
  expect(await kept('right', right)).toMatchObject({ lines: ['{"c0":3000,"c1":3,"c2":"three","c3":-0}', '{"c0":0,"c1":null,"c2":"none","c3":-0}', '{"c0":-7000,"c1":-7,"c2":"größer","c3":-0}'] })
  expect((await kept('right', right)).difference).toBeUndefined()
  expect((await kept('high', right, params, HIGH)).difference).toBeUndefined()
  expect((await kept('wrong', [right[0], right[1], [-7001, -7, 'größer', -0]] as Wanted)).difference).toMatch(/^row 1: .*-7000.* instead of .*-7001/)
  expect((await kept('sign', [right[0], right[1], [-7000, -7, 'größer', 0]] as Wanted)).difference).toMatch(/"c3":-0.* instead of .*"c3":0/)
  expect((await kept('short', right.slice(1))).difference).toBe('3 rows instead of 2')
})

test('errors', async () => {
  const large: readonly Param[] = [{ type: 'i64', value: 4611686018427387904n }]
  expect((await kept('raises', { raises: 'OVERFLOW' }, large)).difference).toBeUndefined()
  expect((await kept('any', { raises: '*' }, large)).difference).toBeUndefined()
  expect((await kept('other', { raises: 'CAST_FAILED' }, large)).difference).toMatch(/^OVERFLOW: .* instead of CAST_FAILED/)
  expect((await kept('none', { raises: '*' })).difference).toMatch(/^3 rows instead of \*/)
  expect((await kept('some', right, large)).difference).toMatch(/^OVERFLOW: .* instead of 3 rows/)
})

test('a query: its stages', async () => {
  await using engine = await Engine.create({ threads: 1 })
  await engine.register('t', tableFromArrays({ a: Int32Array.from([1, 2, 3, 2]) }))
  const paths = await keepQuery('query', async (capture) => (await engine.sql('select a, count(*) as n from t group by a order by n desc, a limit 2', { capture })).rows(), folder)
  expect(paths.map((p) => p.slice(folder.length + 1))).toEqual(['query-stage0.bundle', 'query-stage1.bundle'])
  const [, last] = await Promise.all(paths.map((path) => replayBundle(path, { runtime, runs: 1 })))
  expect(last).toMatchObject({ lines: ['{"c0":2,"c1":2}', '{"c0":1,"c1":1}'] })
})
