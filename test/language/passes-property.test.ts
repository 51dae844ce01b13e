/** Rules change no result: each alone and all together, over programs at random. What comes out is a kernel that the checker takes. */
import { describe, expect, test } from 'vitest'
import { parseKernel, printExpr } from '../../src/language/index.ts'
import type { Kernel } from '../../src/language/nodes.ts'
import { optimiseKernel, rewriteKernel } from '../../src/language/passes/optimise-kernel.ts'
import { RULES } from '../../src/language/passes/rules/index.ts'
import { visit } from '../../src/language/passes/walk.ts'
import { testSeed } from '../seed.ts'
import { outcome, type Outcome, sameOutcome } from './random-outcome.ts'
import { randomProgram, type RandomProgram } from './random-program.ts'

const N = Number(process.env['ARCWELD_FUZZ_N'] ?? 2000)
const first = testSeed()

interface Case extends RandomProgram {
  readonly seed: number
  readonly outcome: Outcome
}
const cases: Case[] = []
for (let seed = first; seed < first + N; seed++) {
  const program = randomProgram(seed)
  cases.push({ ...program, seed, outcome: outcome(program.kernel, program.inputs) })
}

const text = (x: unknown): string => JSON.stringify(x, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' && !Number.isSafeInteger(v) ? String(v) : Object.is(v, -0) ? '-0' : v))
const checkSame = (c: Case, after: Kernel): void => {
  if ('long' in c.outcome) return
  const now = outcome(after, c.inputs, 200_000)
  if (!sameOutcome(c.outcome, now)) throw new Error(`SEED=${c.seed} ARCWELD_FUZZ_N=1\n${printExpr(c.kernel)}\n→\n${printExpr(after)}\n${text(c.inputs)}\n${text(c.outcome)} → ${text(now)}`)
}

const constructs = (kernel: Kernel, seen: Set<string>): void =>
  visit(kernel, (e) => {
    seen.add(e.expr)
    if (e.expr === 'newbuilder') seen.add(e.type.kind)
    if (e.expr === 'for') seen.add(e.iteration.over === 'range' ? 'range' : e.iteration.iters.length > 1 ? 'zip' : 'over one')
    if (e.expr === 'for' && e.builder.expr === 'struct') seen.add('several builders')
    if (e.expr === 'for' && e.iteration.over === 'vecs' && e.iteration.iters.some((i) => i.start)) seen.add('start')
    if (e.expr === 'for' && e.iteration.over === 'vecs' && e.iteration.iters.some((i) => i.end)) seen.add('end')
    if (e.expr === 'for' && e.iteration.over === 'vecs' && e.iteration.iters.some((i) => i.stride)) seen.add('stride')
    if (e.expr === 'binary' || e.expr === 'unary') seen.add(e.op)
    if (e.type.kind === 'merger' || e.type.kind === 'dictmerger' || e.type.kind === 'vecmerger') seen.add(`${e.type.kind} ${e.type.op}`)
    if (e.type.kind === 'scalar') seen.add(e.type.scalar)
    seen.add(e.type.kind)
  })

describe('programs at random', () => {
  test('the checker takes them, and what is printed is the same kernel', () => {
    for (const c of cases.slice(0, 300)) {
      const printed = printExpr(c.kernel)
      const read = parseKernel(printed, `SEED=${c.seed}`)
      expect(printExpr(read)).toBe(printed)
      if (!('long' in c.outcome)) expect(sameOutcome(c.outcome, outcome(read, c.inputs)), printed).toBe(true)
    }
  })

  test.runIf(N >= 1000)('hold every construct', () => {
    const seen = new Set<string>()
    for (const c of cases) constructs(c.kernel, seen)
    const expected = [
      'literal name let lambda apply if select iterate assert cast call unary binary none some isnull value struct vec field len lookup optlookup keyexists slice sort tovec for merge result newbuilder',
      'appender staged merger dictmerger groupmerger vecmerger over_one zip range start end stride several_builders',
      '+ - * / % +! -! *! & | ^ << >> min max pow == != < <= > >= && || not neg abs exp log sqrt floor ceil trunc nearest sin cos tan asin acos atan sinh cosh tanh',
      'bool i8 i16 i32 i64 i128 u8 u16 u32 u64 f32 f64 date timestamp str dec128 option struct vec dict',
      'merger_+ merger_* merger_min merger_max merger_&& merger_|| merger_first merger_any dictmerger_+ dictmerger_min vecmerger_+ vecmerger_max',
    ]
    expect(expected.join(' ').split(' ').filter((x) => !seen.has(x.replace('_', ' ')))).toEqual([])
  })

  test.runIf(N >= 1000)('mostly end with a value; some raise each error', () => {
    const values = cases.filter((c) => 'value' in c.outcome).length
    expect(values).toBeGreaterThan(N / 2)
    for (const code of ['RAISED', 'OVERFLOW', 'DIVIDE_BY_ZERO']) expect(cases.filter((c) => 'code' in c.outcome && c.outcome.code === code).length, code).toBeGreaterThan(N / 200)
  })
})

describe('the passes', () => {
  const fired = new Map<string, number>()
  const note = (applied: ReadonlyMap<string, number>): void => {
    for (const [name, n] of applied) fired.set(name, (fired.get(name) ?? 0) + n)
  }

  test('all together', () => {
    for (const c of cases) {
      const { kernel, applied, complete } = optimiseKernel(c.kernel)
      if (!complete) throw new Error(`not in normal form: SEED=${c.seed}`)
      note(applied)
      checkSame(c, kernel)
    }
  })

  test('what they make is a kernel, without functions but those of loops, without staged builders', () => {
    for (const c of cases.slice(0, 300)) {
      const { kernel } = optimiseKernel(c.kernel)
      parseKernel(printExpr(kernel), `SEED=${c.seed}`)
      const left = new Set<string>()
      visit(kernel, (e) => {
        if (e.expr === 'apply' || e.type.kind === 'staged' || (e.expr === 'let' && e.value.type.kind === 'function')) left.add(e.expr)
      })
      expect([...left], `SEED=${c.seed}`).toEqual([])
    }
  })

  test('each rule alone', () => {
    for (const rule of RULES) {
      for (const c of cases.slice(0, N / 2)) {
        const { kernel, applied } = rewriteKernel(c.kernel, [[rule]])
        if (applied.size === 0) continue
        note(applied)
        checkSame(c, kernel)
      }
    }
  })

  test.runIf(N >= 1000)('every rule has fired', () => {
    expect(RULES.filter((r) => !fired.has(r.name)).map((r) => r.name)).toEqual([])
  })
})
