/**
 * Joins of every kind against nested loops: keys of all types, dense and by hash, with residual conditions, marks and
 * duplicates, from several slots, staged and row by row; and programs with them read back.
 */
import { describe, expect, it } from 'vitest'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { scalarOf } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Builder, DenseKey, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, LOW, Machine, shown } from './machine.ts'

const seed = testSeed()
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const READ: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i32: 'i32', i64: 'i64', i128: 'i128', utf8: 'str' }
const c = (physical: Physical, nullable = false): SourceColumn => ({ physical, nullable })
const typeOf = ({ physical, nullable }: SourceColumn): IrType => (nullable ? `?${READ[physical] as Scalar}` : (READ[physical] as Scalar))
const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const lit = (value: number): Ir => ({ ir: 'literal', type: 'i32', value })
const found: Ir = { ir: 'ident', type: 'bool', name: 'found' }
const binary = (op: '+' | '%' | '<' | '!=' | '==', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: ['<', '!=', '=='].includes(op) ? 'bool' : (left.type as Scalar), op, left, right })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: PHYSICAL[scalarOf(type)] })), counted: false })
const over = (cols: readonly SourceColumn[], relation: number, builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation, columns: cols }, row: 'n', builder, body })
const merge = (...values: readonly Ir[]): Body => ({ body: 'merge', key: [], values })

type Kind = 'inner' | 'left' | 'semi' | 'anti'
const KINDS: readonly Kind[] = ['inner', 'left', 'semi', 'anti']

interface Keys {
  readonly cols: readonly SourceColumn[]
  /** Key number i; numbers from 600 on are none of the build side's. */
  readonly make: (i: number) => Cell[]
  readonly dense?: DenseKey
}
const KEYS: Record<string, Keys> = {
  i32: { cols: [c('i32')], make: (i) => [BigInt(i) * 65536n] },
  i64: { cols: [c('i64')], make: (i) => [BigInt(i) << 40n] },
  i128: { cols: [c('i128')], make: (i) => [(BigInt(i % 7) << 90n) + BigInt(i)] },
  string: { cols: [c('utf8')], make: (i) => [i % 3 ? `Customer#${`${i}`.padStart(9, '0')}` : `${i}`] },
  'null-safe i64': { cols: [c('i64', true)], make: (i) => [i % 17 ? BigInt(i) : null] },
  'two keys': { cols: [c('i32'), c('i64')], make: (i) => [BigInt(i % 20), BigInt(i) * 3n] },
  'string and i32': { cols: [c('utf8'), c('i32')], make: (i) => [`${i % 50}`, BigInt(i)] },
  'dense i32': { cols: [c('i32')], make: (i) => [BigInt(i < 600 ? i - 300 : (i - 900) * 7_000_000)], dense: { min: -300n, extent: 600 } },
  'dense i32 at the end': { cols: [c('i32')], make: (i) => [2147483647n - BigInt(i)], dense: { min: 2147483647n - 599n, extent: 600 } },
  'dense i64': { cols: [c('i64')], make: (i) => [i < 600 ? (1n << 40n) + BigInt(i) : i % 2 ? BigInt(i) : (1n << 40n) + (BigInt(i) << 32n)], dense: { min: 1n << 40n, extent: 600 } },
}

const keyText = (cells: readonly Cell[]): string => shown([cells])[0] as string

interface Case {
  readonly keys: Keys
  readonly kind: Kind
  readonly residual: boolean
  readonly marks: boolean
  /** Leading steps: none; a filter and names; a staging point. */
  readonly lead: 'none' | 'filter' | 'stage' | 'each'
}

/** Build rows: keys, an i32 v. Probing rows: keys, an i32 w. Residual: (v + w) % 3 != 0. */
const programOf = ({ keys, kind, residual, marks, lead }: Case): Program => {
  const { cols, dense } = keys
  const types = cols.map(typeOf)
  const group: Builder = { builder: 'groupmerger', key: types, fields: ['i32'], ...(dense ? { dense } : {}), ...(marks ? { marks: true } : {}) }
  const key = types.map((t, i) => field(t, i))
  const w = field('i32', cols.length)
  const out = appender(['i32', 'i32', 'bool'])
  const values = kind === 'inner' ? [w, field('i32', 0, 'm'), { ir: 'literal', type: 'bool', value: true } as Ir]
    : kind === 'left' ? [w, { ir: 'if', type: 'i32', cond: found, then: field('i32', 0, 'm'), else: lit(-1) } as Ir, found] : [w, lit(-1), { ir: 'literal', type: 'bool', value: true } as Ir]
  const probe: Body = {
    body: 'probe', sink: 0, key, row: 'm',
    ...(kind === 'inner' ? {} : { kind }), ...(kind === 'left' ? { found: 'found' } : {}), ...(marks ? { marks: true } : {}),
    ...(residual ? { residual: binary('!=', binary('%', binary('+', field('i32', 0, 'm'), w), lit(3)), lit(0)) } : {}),
    next: merge(...values),
  }
  const body: Body = lead === 'none' ? probe
    : lead === 'filter' ? { body: 'if', cond: binary('<', lit(-1), w), next: { body: 'let', name: 'more', value: binary('+', w, lit(7)), next: probe } }
    : lead === 'stage' ? { body: 'if', cond: binary('<', lit(-1), w), next: { body: 'stage', carry: [], next: probe } }
    // Nothing is staged within a loop.
    : { body: 'each', index: 'e', count: lit(1), next: probe }
  const left: Pipeline[] = marks
    ? [{ operators: [], source: { source: 'tuples', sink: 0 }, row: 'n', builder: out, into: 1, body: { body: 'if', cond: { ir: 'unary', op: 'not', type: 'bool', arg: field('bool', types.length + 1) }, next: merge(lit(-2), field('i32', types.length), { ir: 'literal', type: 'bool', value: false }) } }]
    : []
  return { pipelines: [over([...cols, c('i32')], 0, group, { body: 'merge', key, values: [w] }), over([...cols, c('i32')], 1, out, body), ...left] }
}

const expected = ({ keys, kind, residual, marks }: Case, build: readonly Cell[][], probed: readonly Cell[][]): Cell[][] => {
  const width = keys.cols.length
  const byKey = new Map<string, { readonly v: bigint; marked: boolean }[]>()
  const tuples = build.map((row) => {
    const tuple = { v: row[width] as bigint, marked: false }
    const text = keyText(row.slice(0, width))
    byKey.set(text, [...(byKey.get(text) ?? []), tuple])
    return tuple
  })
  const rows = probed.flatMap((row): Cell[][] => {
    const w = row[width] as bigint
    const matches = (byKey.get(keyText(row.slice(0, width))) ?? []).filter(({ v }) => !residual || (v + w) % 3n !== 0n)
    for (const m of matches) m.marked = true
    if (kind === 'inner') return matches.map(({ v }) => [w, v, true])
    if (kind === 'left') return matches.length ? matches.map(({ v }) => [w, v, true]) : [[w, -1n, false]]
    return matches.length > 0 === (kind === 'semi') ? [[w, -1n, true]] : []
  })
  return [...rows, ...(marks ? tuples.filter((t) => !t.marked).map(({ v }): Cell[] => [-2n, v, false]) : [])]
}

const sorted = (rows: readonly (readonly Cell[])[]) => shown(rows).sort()

describe(`joins, seed ${seed}`, () => {
  for (const [title, keys] of Object.entries(KEYS))
    it(`by ${title}: every kind, with and without residual and marks`, () => {
      const r: Random = random(seed + title.length)
      for (const kind of KINDS)
        for (const residual of [false, true])
          for (const marks of [false, true]) {
            const lead = (['none', 'filter', 'stage', 'each'] as const)[r.below(4)] as Case['lead']
            const program = programOf({ keys, kind, residual, marks, lead })
            const [builds, rows, spread, share] = [r.below(2) ? 700 : r.below(3) * 1500, [0, 1, 1023, 1025, 3000][r.below(5)] as number, 30 + r.below(570), [0, 0.3, 1][r.below(3)] as number]
            const machine = new Machine(r.below(2) ? LOW : HIGH)
            const build = Array.from({ length: builds }, (_, i): Cell[] => [...keys.make(r.below(spread)), BigInt(i)])
            const probed = Array.from({ length: rows }, (_, i): Cell[] => [...keys.make(r.next() < share ? r.below(spread) : 600 + r.below(600)), BigInt(i)])
            const want = expected({ keys, kind, residual, marks, lead }, build, probed)
            const inputs = [machine.relation([...keys.cols, c('i32')], build), machine.relation([...keys.cols, c('i32')], probed, 1700)]
            const what = `${kind} ${residual ? 'residual ' : ''}${marks ? 'marks ' : ''}${lead}: ${builds} ⋈ ${rows}, ${spread} keys, ${share}`
            for (const slots of [1, 3]) {
              const result = machine.run(program, inputs, { slots, morsel: slots === 1 ? 2500 : 333 })
              expect(sorted(result), `${what}, ${slots} slots`).toEqual(sorted(want))
              // Of one row, matches are in no order; rows are in that of the source, and those without a match in the build side behind all.
              if (!marks) expect(result.map((row) => row[0])).toEqual(want.map((row) => row[0]))
            }
            expect(sorted(machine.run(optimise(program), inputs, { slots: 2 })), `${what}, optimised`).toEqual(sorted(want))
            const text = printProgram(program)
            const read = parseProgram(text)
            verifyProgram(read)
            expect(printProgram(read)).toBe(text)
          }
    })

  it('many duplicates of few keys, more than fit into one part, and a directory that is zeroed in parts', () => {
    for (const [extent, slots] of [[700_000, 1], [700_000, 3], [0, 2]] as const) {
      const keys: Keys = { cols: [c('i32')], make: (i) => [BigInt(i)], ...(extent ? { dense: { min: 0n, extent } } : {}) }
      const program = programOf({ keys, kind: 'inner', residual: false, marks: true, lead: 'none' })
      const machine = new Machine(LOW)
      const build = Array.from({ length: 40_000 }, (_, i): Cell[] => [i < 30_000 ? 5n : BigInt(i * 17), BigInt(i)])
      const probed = [[5n, 1n], [30_000n * 17n, 2n], [3n, 3n], [699_999n, 4n], [700_000n, 5n], [-1n, 6n]]
      const result = machine.run(program, [machine.relation([c('i32'), c('i32')], build), machine.relation([c('i32'), c('i32')], probed)], { slots, morsel: 5000 })
      expect(result.filter((row) => row[0] === 1n).length).toBe(30_000)
      expect(new Set(result.map((row) => row[1])).size).toBe(40_000)
      expect(sorted(result.filter((row) => row[0] !== 1n && row[0] !== -2n))).toEqual(['2n | 30000n | true'])
    }
  })

  it('a staging point behind a probe carries what is bound before it, and whether there was a match', () => {
    const keys = KEYS['i32'] as Keys
    const inner: Body = { body: 'stage', carry: [{ name: 'found', value: found }, { name: 'v', value: field('i32', 0, 'm') }], next: { body: 'if', cond: found, next: merge(field('i32', 1), { ir: 'ident', type: 'i32', name: 'v' }, found) } }
    const program = programOf({ keys, kind: 'left', residual: false, marks: false, lead: 'filter' })
    const [build, probe] = program.pipelines as [Pipeline, Pipeline]
    const replaced = (b: Body): Body => (b.body === 'probe' ? { ...b, next: inner } : b.body === 'if' || b.body === 'let' ? { ...b, next: replaced(b.next) } : b)
    const machine = new Machine()
    const table = Array.from({ length: 500 }, (_, i): Cell[] => [...keys.make(i % 300), BigInt(i)])
    const probed = Array.from({ length: 2500 }, (_, i): Cell[] => [...keys.make(i % 700), BigInt(i)])
    const inputs = [machine.relation([c('i32'), c('i32')], table), machine.relation([c('i32'), c('i32')], probed)]
    const staged: Program = { pipelines: [build, { ...probe, body: replaced(probe.body) }] }
    const want = expected({ keys, kind: 'inner', residual: false, marks: false, lead: 'none' }, table, probed)
    expect(sorted(machine.run(staged, inputs, { slots: 2 }))).toEqual(sorted(want))
  })

  it('what reads a sink before its end, or merges into another builder, is refused', () => {
    const { pipelines } = programOf({ keys: KEYS['i32'] as Keys, kind: 'left', residual: false, marks: true, lead: 'none' })
    const [build, probe, rest] = pipelines as [Pipeline, Pipeline, Pipeline]
    const more: Pipeline = { ...build, into: 0 }
    expect(() => verifyProgram({ pipelines: [build, more, probe] })).not.toThrow()
    expect(() => verifyProgram({ pipelines: [build, probe, more] })).toThrow(/sink 0 is not/)
    expect(() => verifyProgram({ pipelines: [build, { ...rest, into: 0 }] })).toThrow(/like this one/)
    const probing = probe.body as Extract<Body, { body: 'probe' }>
    expect(() => verifyProgram({ pipelines: [build, { ...probe, body: { ...probing, kind: 'semi' } }] })).toThrow(/do not tell/)
    expect(() => verifyProgram({ pipelines: [{ ...build, builder: { builder: 'groupmerger', key: ['i32'], fields: ['i32'] } }, probe] })).toThrow(/without marks/)
  })
})
