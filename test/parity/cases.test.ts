/**
 * Every literal case on both paths: compiled and run as a stage, and interpreted; as columns, as columns whose ranges are
 * not known, as columns with NULLs, and as constants. A case that no path ran, or a test that ran nothing natively, fails.
 */
import { describe, expect, it } from 'vitest'
import { lowerStage } from '../../src/compile.ts'
import { literalRelation } from '../../src/execute/literal-relation.ts'
import { interpret } from '../../src/fallback/interpret.ts'
import type { Relation } from '../../src/layout/relation.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import type { ExprDef } from '../../src/operators/registry.ts'
import type { Expr, PlanNode, ScanField } from '../../src/plan/nodes.ts'
import { type Case, CASES, CAST_CASES, type Typed } from '../cases/index.ts'
import { KernelRaised, Machine } from '../codegen/machine.ts'

const MODES = ['columns', 'unknown ranges', 'with NULLs', 'constants'] as const
type Mode = (typeof MODES)[number]

interface Sample {
  readonly args: readonly Typed[]
  readonly result: Case['result']
  readonly make: (args: readonly Expr[], type: string) => Expr
  /** Arguments that plans give as constants. */
  readonly constant: (i: number) => boolean
}

type Outcome = { readonly rows: readonly (readonly unknown[])[] } | { readonly raises: string } | { readonly refused: string }

const text = (o: Outcome): string =>
  JSON.stringify(o, (_, v) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' && (!Number.isFinite(v) || Object.is(v, -0)) ? (Object.is(v, -0) ? '-0' : String(v)) : v))

const planOf = (sample: Sample, mode: Mode): { root: PlanNode; leaf: Extract<PlanNode, { op: 'values' }> } => {
  const type = 'raises' in sample.result ? sample.result.type : sample.result[0]
  const columns: ScanField[] = []
  const row: Typed[1][] = []
  const args = sample.args.map(([name, value], i): Expr => {
    if (mode === 'constants' || name === 'null' || sample.constant(i)) return { expr: 'literal', value, type: name }
    columns.push({ name: `a${i}`, type: name })
    row.push(value)
    return { expr: 'column', index: columns.length - 1, type: name }
  })
  const leaf: Extract<PlanNode, { op: 'values' }> = { op: 'values', columns, rows: mode === 'with NULLs' ? [row, row.map(() => null)] : [row] }
  return { root: { op: 'project', input: leaf, exprs: [sample.make(args, type)] }, leaf }
}

const native = (sample: Sample, mode: Mode): Outcome => {
  const { root, leaf } = planOf(sample, mode)
  const machine = new Machine()
  const known = literalRelation(leaf, machine)
  const relation: Relation = mode === 'unknown ranges' ? { ...known, columns: known.columns.map(({ range: _, ...c }) => c) } : known
  const lowering = lowerStage({ id: 0, root, inputs: [] }, [{ node: leaf, columns: relation.columns, rows: relation.rows }])
  if (lowering.refusals) return { refused: lowering.refusals.map((r) => r.reason).join('; ') }
  try {
    return { rows: readTuples(machine.buffer, machine.runStage(lowering.lowered, [relation])) }
  } catch (error) {
    if (error instanceof KernelRaised) return { raises: error.code }
    throw error
  }
}

const interpreted = async (sample: Sample, mode: Mode): Promise<Outcome> => {
  const { root } = planOf(sample, mode)
  const machine = new Machine()
  const never = () => {
    throw new Error('no such leaf')
  }
  try {
    const { relation } = await interpret(root, { resolve: never, udf: never, buffer: machine.buffer, arena: machine, breathe: async () => {} })
    return { rows: readTuples(machine.buffer, relation) }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { raises: String(error.code) }
    throw error
  }
}

const expected = ({ result }: Sample): Outcome => {
  if ('raises' in result) return { raises: result.raises }
  const machine = new Machine()
  return { rows: readTuples(machine.buffer, literalRelation({ op: 'values', columns: [{ name: 'r', type: result[0] }], rows: [[result[1]]] }, machine)) }
}

/** Native runs of a sample; problems are collected. */
const checkSample = async (sample: Sample, mayRefuse: boolean, problems: string[]): Promise<{ runs: number; refusals: string[] }> => {
  const want = expected(sample)
  const refusals: string[] = []
  let runs = 0
  for (const mode of MODES) {
    const label = `${mode}: ${JSON.stringify(sample.args)}`
    const reference = await interpreted(sample, mode)
    const first: Outcome = 'rows' in reference ? { rows: reference.rows.slice(0, 1) } : reference
    if (text(first) !== text(want)) problems.push(`interpreted, ${label}: ${text(first)}, not ${text(want)}`)
    let got: Outcome
    try {
      got = native(sample, mode)
    } catch (error) {
      problems.push(`native, ${label}: ${String(error)}`)
      continue
    }
    if ('refused' in got) {
      refusals.push(got.refused)
      if (!got.refused) problems.push(`native, ${label}: refused without a reason`)
      continue
    }
    if (mayRefuse) problems.push(`native, ${label}: ran, though its record has no lowering`)
    runs++
    if (text(got) !== text(reference)) problems.push(`native, ${label}: ${text(got)}, not ${text(reference)}`)
  }
  return { runs, refusals }
}

describe('cases, native and interpreted', () => {
  let all = 0
  for (const [name, cases] of Object.entries(CASES) as [ExprName, readonly Case[]][]) {
    const def: ExprDef = EXPRESSIONS[name]
    it(`${name}${def.lower ? '' : ' (interpreted only)'}`, async () => {
      const problems: string[] = []
      let runs = 0
      for (const c of cases) {
        const sample: Sample = {
          args: c.args, result: c.result,
          make: (args, type) => ({ expr: 'call', fn: name, args, type, ...(c.flags ? { flags: c.flags } : {}) }),
          constant: (i) => (/^date_(trunc|diff|sub)$/.test(name) && i === 0) || (name === 'round' && i === 1),
        }
        runs += (await checkSample(sample, !def.lower, problems)).runs
      }
      all += runs
      expect(problems).toEqual([])
      if (def.lower) expect(runs).toBeGreaterThan(0)
    })
  }

  it('cast', async () => {
    const problems: string[] = []
    let runs = 0
    const refused = new Map<string, number>()
    for (const c of CAST_CASES) {
      const sample: Sample = {
        args: [c.arg], result: c.result,
        make: (args, type) => ({ expr: 'cast', arg: args[0] as Expr, type, ...(c.onFailure ? { onFailure: c.onFailure } : {}) }),
        constant: () => false,
      }
      const done = await checkSample(sample, false, problems)
      runs += done.runs
      for (const r of done.refusals) refused.set(r, (refused.get(r) ?? 0) + 1)
    }
    all += runs
    expect(problems).toEqual([])
    expect(runs).toBeGreaterThan(100)
    // What is refused is a cast from or to text, or one that the reason names.
    for (const reason of refused.keys()) expect(reason).not.toBe('')
  })

  it('ran natively at all', () => {
    expect(all).toBeGreaterThan(1000)
  })
})
