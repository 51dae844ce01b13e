/** Whole expression trees: what a lowering hands on is what the next one takes, with NULLs and errors as the reference has them. */
import { expect, test } from 'vitest'
import { none, option } from '../../src/ir/build.ts'
import { type Ir, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { parseType, type Range, type SqlType, typeName } from '../../src/layout/types.ts'
import { CAST, EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import { lowerCall, scalarFor } from '../../src/operators/lowering.ts'
import { EvalError, type ExprDef, isRefusal, type Lowered, type LowerContext, type Value } from '../../src/operators/registry.ts'
import { evaluate, Raised } from './ir-evaluator.ts'
import { show, type Shown } from './lowered.ts'
import { pick, type Random, randomValue, rangeAround, seeded } from './random-values.ts'
import { testSeed } from '../seed.ts'

const SEED = testSeed()
const ROUNDS = Number(process.env.ROUNDS ?? 150)

const t = (name: string): SqlType => parseType(name) as SqlType
const TYPES = ['bool', 'int32', 'int64', 'uint8', 'int128', 'double', 'decimal(15,2)', 'date', 'timestamp', 'string'].map(t)

/** What gives each type: a function and its argument types. */
const MAKERS: readonly (readonly [fn: ExprName | 'cast', result: string, ...args: string[]])[] = [
  ...['int32', 'int64', 'uint8', 'int128', 'double', 'decimal(15,2)'].flatMap((n): [ExprName, string, ...string[]][] => [
    ['add', n, n, n], ['subtract', n, n, n], ['negate', n, n], ['abs', n, n], ['coalesce', n, n, n], ['nullif', n, n, n], ['greatest', n, n, n], ['least', n, n, n], ['round', n, n],
    ...(n.startsWith('decimal') ? [] : [['multiply', n, n, n] as [ExprName, string, ...string[]]]),
    ...(n === 'double' || n.startsWith('decimal') ? [] : [['int_divide', n, n, n], ['modulo', n, n, n]] as [ExprName, string, ...string[]][]),
  ]),
  ['divide', 'double', 'double', 'double'], ['sqrt', 'double', 'double'], ['epoch', 'double', 'timestamp'], ['year', 'int64', 'date'], ['month', 'int64', 'timestamp'], ['length', 'int64', 'string'], ['add', 'date', 'date', 'int32'], ['subtract', 'int64', 'date', 'date'],
  ['coalesce', 'string', 'string', 'string'], ['concat', 'string', 'string', 'string'], ['substring', 'string', 'string', 'int64', 'int64'], ['and', 'bool', 'bool', 'bool'], ['or', 'bool', 'bool', 'bool'], ['not', 'bool', 'bool'], ['like', 'bool', 'string', 'string'],
  ...TYPES.flatMap((x): [ExprName, string, ...string[]][] => {
    const n = typeName(x)
    return [...(['eq', 'lt', 'ge', 'is_distinct', 'is_not_distinct'] as const).map((f): [ExprName, string, ...string[]] => [f, 'bool', n, n]), ['is_null', 'bool', n], ['is_not_null', 'bool', n], ['between', 'bool', n, n, n], ['in', 'bool', n, n, n]]
  }),
  ['cast', 'int32', 'int64'], ['cast', 'int64', 'int32'], ['cast', 'uint8', 'int32'], ['cast', 'double', 'int64'], ['cast', 'int64', 'double'], ['cast', 'decimal(15,2)', 'int32'], ['cast', 'int32', 'decimal(15,2)'], ['cast', 'double', 'decimal(15,2)'], ['cast', 'int128', 'int64'], ['cast', 'int64', 'int128'], ['cast', 'timestamp', 'date'], ['cast', 'date', 'timestamp'], ['cast', 'bool', 'int32'], ['cast', 'int32', 'bool'],
]

type Tree = { readonly type: SqlType; readonly leaf: Value; readonly range: Range | undefined; readonly nullable: boolean } | { readonly type: SqlType; readonly fn: ExprName | 'cast'; readonly args: readonly Tree[]; readonly onFailure: 'error' | 'null' }

const grow = (random: Random, type: SqlType, depth: number): Tree => {
  const makers = MAKERS.filter(([, result]) => result === typeName(type))
  if (depth === 0 || makers.length === 0 || random() < 0.15) {
    const small = /^(int|uint)/.test(type.kind) && random() < 0.6
    const leaf = random() < 0.2 ? null : small ? (typeof randomValue(random, type) === 'bigint' ? BigInt(Math.floor(random() * 9)) : Math.floor(random() * 9)) : randomValue(random, type)
    return { type, leaf, range: rangeAround(random, type, leaf), nullable: leaf === null || random() < 0.4 }
  }
  const [fn, , ...args] = pick(random, makers)
  return { type, fn, args: args.map((a) => grow(random, t(a), depth - 1)), onFailure: random() < 0.5 ? 'error' : 'null' }
}

const defOf = (tree: Extract<Tree, { fn: string }>): ExprDef => {
  if (tree.fn !== 'cast') return EXPRESSIONS[tree.fn]
  const site = { from: (tree.args[0] as Tree).type, to: tree.type, onFailure: tree.onFailure }
  return { doc: '', type: () => true, eval: () => CAST.eval(site), lower: ([x], _, cx) => CAST.lower(x as Lowered, site, cx) }
}
const siteOf = (tree: Extract<Tree, { fn: string }>) => ({ type: tree.type, argTypes: tree.args.map((a) => a.type), flags: {} })

const run = (tree: Tree): Value => {
  if ('leaf' in tree) return tree.leaf
  const def = defOf(tree)
  const f = def.eval(siteOf(tree))
  if (def.strict === 'lazy') return f(...tree.args.map((a) => () => run(a)))
  const args = tree.args.map(run)
  return def.strict !== false && args.includes(null) ? null : f(...args)
}

class Refused extends Error {}
const lower = (tree: Tree, cx: LowerContext): Lowered => {
  if ('leaf' in tree) {
    const { type, range, leaf } = tree
    const scalar = scalarFor(type, range)
    const machine = leaf === null ? null : scalar === 'i64' || scalar === 'i128' ? BigInt(leaf as bigint) : scalar === 'i32' ? Number(leaf) : leaf
    const ir = machine === null ? none(scalar) : cx.param(scalar, machine as bigint)
    return { ir: machine !== null && tree.nullable ? option(ir, cx.param('bool', true)) : ir, type, range }
  }
  const lowered = lowerCall(tree.fn, defOf(tree), tree.args.map((a) => lower(a, cx)), siteOf(tree), cx)
  if (isRefusal(lowered)) throw new Refused()
  if (scalarOf(lowered.ir.type) !== scalarFor(lowered.type, lowered.range)) throw new Error(`${tree.fn}: ${lowered.ir.type} for ${show(lowered.range)}`)
  return lowered
}

const attempt = (f: () => Value): Shown => {
  try {
    return { value: f() }
  } catch (e) {
    if (e instanceof EvalError || e instanceof Raised) return { raises: 'some error' }
    throw e
  }
}

test('trees of expressions', () => {
  const random = seeded(SEED)
  let ran = 0
  for (let i = 0; i < ROUNDS * 40; i++) {
    const tree = grow(random, pick(random, TYPES), 1 + Math.floor(random() * 4))
    const params: any[] = []
    const cx: LowerContext = {
      site: () => 0,
      param: (type: Scalar, v: Value): Ir => ({ ir: 'param', type, index: params.push(v) - 1 }),
      set: (_, values): Ir => ({ ir: 'param', type: 'vec', index: params.push(values) - 1 }),
    }
    const where = () => `SEED=${SEED} ${show(tree)}`
    let lowered: Lowered
    try {
      lowered = lower(tree, cx)
    } catch (e) {
      if (e instanceof Refused) continue
      return expect.fail(`${where()}: ${(e as Error).stack}`)
    }
    ran++
    const want = attempt(() => run(tree))
    let got: Shown
    try {
      got = attempt(() => {
        const x = evaluate(lowered.ir, params)
        return typeof x === 'object' ? (x.valid ? x.value : null) : x
      })
    } catch (e) {
      return expect.fail(`${where()}: ${(e as Error).stack}`)
    }
    const plain = (x: Shown) => ('raises' in x ? 'raises' : x.value === null ? null : typeof x.value === 'bigint' || (typeof x.value === 'number' && tree.type.kind !== 'double') ? BigInt(x.value) : x.value)
    if (!Object.is(plain(got), plain(want))) expect.fail(`${where()}: ${show(got)} instead of ${show(want)}`)
  }
  expect(ran).toBeGreaterThan(ROUNDS)
})
