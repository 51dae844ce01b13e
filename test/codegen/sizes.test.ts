/** No function is larger than V8 optimises quickly, however long lists, how wide rows and how deep expressions of a plan are. */
import { describe, expect, it } from 'vitest'
import { encodeStage, type LoweredStage, lowerStage } from '../../src/compile.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { ColumnInfo, Physical } from '../../src/layout/relation.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { cutStages, outputOf } from '../../src/plan/stages.ts'
import { everyProgram, PARAMS } from './every-program.ts'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'

/** 4 KB and a little: a function is cut by an estimate of its parts. */
const LARGEST = 4608
const TYPES: readonly (readonly [type: string, physical: Physical])[] = [['int64', 'i64'], ['int32', 'i32'], ['double', 'f64'], ['string', 'utf8'], ['decimal(38,2)', 'i128']]
const WIDTH = 200
const typeOf = (i: number) => (TYPES[i % TYPES.length] as (typeof TYPES)[number])[0]
const infosOf = (nullable: boolean): readonly ColumnInfo[] =>
  Array.from({ length: WIDTH }, (_, i) => ({ name: `c${i}`, type: parseType(typeOf(i)) as SqlType, physical: (TYPES[i % TYPES.length] as (typeof TYPES)[number])[1], nullable }))
const table: PlanNode = { op: 'scan', table: 't', columns: Array.from({ length: WIDTH }, (_, i) => ({ name: `c${i}`, type: typeOf(i) })) }
const col = (index: number): Expr => ({ expr: 'column', index, type: typeOf(index) })
const lit = (value: string | number, type: string): Expr => ({ expr: 'literal', value, type })
const call = (fn: string, args: readonly Expr[], type: string): Expr => ({ expr: 'call', fn, args, type })
const many = <T>(n: number, make: (i: number) => T): readonly T[] => Array.from({ length: n }, (_, i) => make(i))
const where = (predicate: Expr): PlanNode => ({ op: 'aggregate', groups: [], aggregates: [{ fn: 'count_star', args: [], type: 'int64' }], input: { op: 'filter', predicate, input: table } })
const project = (exprs: readonly Expr[]): PlanNode => ({ op: 'project', exprs, input: table })
const sum = (i: number) => (typeOf(i) === 'string' ? { fn: 'max', args: [col(i)], type: 'string' } : { fn: 'sum', args: [col(i)], type: typeOf(i) === 'double' ? 'double' : typeOf(i) === 'decimal(38,2)' ? 'decimal(38,2)' : 'int128' })
const int = (i: number) => i * TYPES.length
const test = (i: number): Expr => call('gt', [call('add', [col(int(i % 40)), col(int((i * 7 + 1) % 40))], 'int64'), lit(String(i * 3), 'int64')], 'bool')
const key = (i: number) => ({ expr: col(i), descending: i % 2 === 0, nullsFirst: i % 3 === 0 })

/** A count and a sum by so many 32-bit keys, by all but the last, and so on. */
const rolledUp = (keys: number): PlanNode => ({
  op: 'aggregate', groups: many(keys, (i) => col(1 + i * TYPES.length)), aggregates: many(2, (i) => sum(int(i))), input: table,
  sets: many(keys + 1, (n) => many(keys - n, (i) => i)),
})

const EXTREMES: Readonly<Record<string, PlanNode>> = {
  'a list of 5000 integers': where(call('in', [col(0), ...many(5000, (i) => lit(String(i * 3), 'int64'))], 'bool')),
  'a list of 5000 strings': where(call('in', [col(3), ...many(5000, (i) => lit(`x${i}`, 'string'))], 'bool')),
  'a list of 5000 wide decimals': where(call('in', [col(4), ...many(5000, (i) => lit(`${i}.25`, 'decimal(38,2)'))], 'bool')),
  'a list of 5000 doubles and a NULL': where(call('in', [col(2), ...many(5000, (i) => lit(i / 2, 'double')), { expr: 'literal', value: null, type: 'double' }], 'bool')),
  '200 columns': project(many(WIDTH, col)),
  '200 sums': project(many(WIDTH, (i) => (typeOf(i) === 'int64' ? call('add', [col(i), col(int(i % 40))], 'int64') : col(i)))),
  '200 filtered columns': { op: 'project', exprs: many(WIDTH, col), input: { op: 'filter', predicate: call('and', many(30, test), 'bool'), input: table } },
  '120 keys': { op: 'sort', keys: many(120, key), input: table },
  '120 keys of the first rows': { op: 'topn', limit: 10, keys: many(120, key), input: table },
  '2 keys, 200 columns of the first rows': { op: 'topn', limit: 10, keys: many(2, key), input: table },
  '100 aggregates': { op: 'aggregate', groups: [], aggregates: many(100, sum), input: table },
  '100 sums and averages of doubles': { op: 'aggregate', groups: [], aggregates: many(100, (i) => ({ fn: i % 2 ? 'avg' : 'sum', args: [col(2 + TYPES.length * (i % 40))], type: 'double' })), input: table },
  '100 aggregates of groups': { op: 'aggregate', groups: [col(0)], aggregates: many(100, sum), input: table },
  '40 group keys': { op: 'aggregate', groups: many(40, col), aggregates: many(3, sum), input: table },
  '12 group keys': { op: 'aggregate', groups: many(12, col), aggregates: many(3, sum), input: table },
  '3 integers rolled up': rolledUp(3),
  '9 integers rolled up': rolledUp(9),
  '60 branches': project([{ expr: 'case', when: many(60, (i) => ({ if: test(i), then: col(int(i % 40)) })), else: col(0), type: 'int64' }]),
  'an OR of 1000': where(call('or', many(1000, test), 'bool')),
  'an AND of 400': where(call('and', many(400, test), 'bool')),
  'a sum of 500': project([many(500, (i) => i).reduce((e: Expr, i) => call('add', [e, col(int(i % 40))], 'int64'), col(0))]),
  'a join that carries 150 columns': {
    op: 'project', exprs: many(300, (i) => ({ expr: 'column', index: i < 150 ? i : 50 + i, type: typeOf(i < 150 ? i : i - 150) })),
    input: { op: 'join', kind: 'inner', left: table, right: table, keys: [{ left: col(0), right: col(0) }] },
  },
  'a join by 30 keys': {
    op: 'project', exprs: many(3, col), input: { op: 'join', kind: 'inner', left: table, right: table, keys: many(30, (i) => ({ left: col(i), right: col(i) })) },
  },
}

const lowered = (plan: PlanNode, nullable: boolean): LoweredStage => {
  const [stage] = cutStages(plan, () => true)
  if (!stage) throw new Error('no stage')
  const inputs = leavesOf(stage.root).map((node, i) => ({ node, columns: outputOf(node).map((c) => infosOf(nullable)[Number(c.name.slice(1))] as ColumnInfo), rows: i === 0 ? 3_000_000 : 1000 }))
  const lowering = lowerStage(stage, inputs)
  if (lowering.refusals) throw new Error(JSON.stringify(lowering.refusals))
  return lowering.lowered
}

describe('functions', () => {
  for (const [name, plan] of Object.entries(EXTREMES)) {
    for (const nullable of [false, true]) {
      it(`of ${name}${nullable ? ', with NULLs' : ''}`, () => {
        const { bytes, functionSizes } = encodeStage(lowered(plan, nullable))
        expect(WebAssembly.validate(bytes)).toBe(true)
        expect(functionSizes.filter((s) => s > LARGEST)).toEqual([])
      })
    }
  }

  it('of every program', () => {
    for (const program of everyProgram()) expect(Math.max(...encodeProgram(program, PARAMS, layoutContext(program, 1)).functionSizes)).toBeLessThanOrEqual(LARGEST)
  })
})

it('a list has the shape of a longer one', () => {
  const shape = (n: number) => lowered(where(call('in', [col(0), ...many(n, (i) => lit(String(i * 3), 'int64'))], 'bool')), true).shape
  expect(shape(5000)).toBe(shape(17))
})
