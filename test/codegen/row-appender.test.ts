/** Results as UnsafeRows: byte for byte what layout/unsafe-row.ts writes, wherever they come from and however they are cut. */
import { describe, expect, it } from 'vitest'
import { mergeParts } from '../../src/codegen/parts.ts'
import type { Ir, IrType } from '../../src/ir/nodes.ts'
import { READ_AS } from '../../src/ir/physical.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Builder, Pipeline, Program } from '../../src/ir/program.ts'
import { structureOf } from '../../src/ir/structure.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { encodeRows, importRows, type RowRelation } from '../../src/layout/row-batch.ts'
import { type RowField, type RowPhysical, ROW_PHYSICALS, rowStride } from '../../src/layout/unsafe-row.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, LOW, Machine } from './machine.ts'

const seed = testSeed()
const field = (physical: RowPhysical, nullable = false): RowField => ({ physical, nullable })
const typeOf = (f: RowField): IrType => (f.nullable ? `?${READ_AS[f.physical]}` : READ_AS[f.physical])
const read = (type: IrType, index: number): Ir => ({ ir: 'field', type, row: 'n', index })
const rowAppender = (fields: readonly RowField[]): Builder => ({ builder: 'appender', fields: fields.map((f) => ({ type: typeOf(f), physical: f.physical })), counted: false, layout: 'row' })
const over = (fields: readonly RowField[], builder: Builder, body: Body, into?: number): Pipeline => ({ operators: [], source: { source: 'rows', relation: 0, fields }, row: 'n', builder, body, into })
const merge = (fields: readonly RowField[]): Body => ({ body: 'merge', key: [], values: fields.map((f, i) => read(typeOf(f), i)) })
const same = (fields: readonly RowField[]): Program => ({ pipelines: [over(fields, rowAppender(fields), merge(fields))] })

const WIDES = [0n, -1n, 127n, 128n, -128n, -129n, 255n, 256n, 1n << 63n, (1n << 63n) - 1n, -(1n << 63n), 1n << 64n, (1n << 127n) - 1n, -(1n << 127n)]
const cellOf = (r: Random, f: RowField): Cell => {
  if (f.nullable && r.next() < 0.3) return null
  switch (f.physical) {
    case 'bool8': return r.next() < 0.5
    case 'f32':
    case 'f64': return r.pick([0, -0, 1.5, -1.5, Number.NaN, Number.NEGATIVE_INFINITY])
    case 'utf8': return r.next() < 0.01 ? 'long '.repeat(r.below(9000)) : 'ÿ'.repeat(r.below(3)) + 'x'.repeat(r.below(r.pick([3, 20, 200])))
    case 'i128': return r.next() < 0.5 ? r.pick(WIDES) : BigInt.asIntN(128, BigInt(r.below(2 ** 32) - 2 ** 31) << BigInt(r.below(97))) + BigInt(r.below(3) - 1)
    case 'i64': return r.pick([0n, -1n, (1n << 63n) - 1n, -(1n << 63n), BigInt(r.below(30)) << 33n])
    case 'i8': return BigInt(r.below(256) - 128)
    case 'i16': return BigInt(r.below(65536) - 32768)
    case 'i32': return r.pick([0n, -1n, 2147483647n, -2147483648n])
  }
}
const relationOf = (machine: Machine, fields: readonly RowField[], rows: readonly (readonly Cell[])[]): RowRelation => ({ fields, batches: [importRows(fields, encodeRows(fields, rows), machine)], rows: rows.length })

/** The batches' bytes, one after the other, and where rows begin in them. */
const bytesOf = (machine: Machine, { fields, batches }: RowRelation): { rows: string; offsets: readonly number[] } => {
  const words = new Uint32Array(machine.buffer)
  const stride = rowStride(fields)
  let before = 0
  const offsets: number[] = []
  const rows = batches.map(({ rows, data, bytes, offsets: at }) => {
    for (let i = 0; i < rows; i++) offsets.push(before + (stride ? i * stride : (words[at / 4 + i] as number)))
    before += bytes
    return Buffer.from(new Uint8Array(machine.buffer).slice(data, data + bytes)).toString('hex')
  })
  return { rows: rows.join(''), offsets }
}
const wanted = (fields: readonly RowField[], data: readonly (readonly Cell[])[]): { rows: string; offsets: readonly number[] } => {
  const { rows, offsets } = encodeRows(fields, data)
  const stride = rowStride(fields)
  return { rows: Buffer.from(rows).toString('hex'), offsets: offsets ? [...offsets] : data.map((_, i) => i * stride) }
}

const WIDE: readonly RowField[] = Array.from({ length: 200 }, (_, i) => field(ROW_PHYSICALS[i % ROW_PHYSICALS.length] as RowPhysical, i % 4 > 0))
const SHAPES: Record<string, readonly RowField[]> = {
  'every type, offsets': ROW_PHYSICALS.flatMap((p) => [field(p), field(p, true)]),
  'every type of fixed stride': ROW_PHYSICALS.filter((p) => p !== 'utf8').flatMap((p) => [field(p, true), field(p)]),
  'no NULLs': ROW_PHYSICALS.map((p) => field(p)),
  'more than 64 fields': Array.from({ length: 70 }, (_, i) => field((['i32', 'i64', 'i128', 'bool8'] as const)[i % 4] as RowPhysical, i % 3 > 0)),
  'one field': [field('i32')],
  'one text': [field('utf8', true)],
  'in parts': WIDE,
  'in parts, fixed stride': WIDE.filter((f) => f.physical !== 'utf8'),
}

describe(`appender in row layout, seed ${seed}`, () => {
  it('prints with its layout, and is read back', () => {
    const program = same([field('i32'), field('utf8', true), field('i128')])
    expect(printProgram(program)).toContain('appender[{i32, ?str, i128}] @(layout: row, physical: {i32, utf8, i128})')
    const back = parseProgram(printProgram(program))
    expect(printProgram(back)).toBe(printProgram(program))
    expect(back.pipelines[0]?.builder).toEqual(program.pipelines[0]?.builder)
    const columns = { pipelines: program.pipelines.map((p) => ({ ...p, builder: { ...p.builder, layout: undefined } as Builder })) }
    expect(structureOf(program)).not.toBe(structureOf(columns))
  })

  it('holds what a row holds', () => {
    const wrong = (type: IrType, physical: RowPhysical | 'slice' | 'u32'): Program => ({
      pipelines: [over([field('i32'), field('utf8'), field('i64')], { builder: 'appender', fields: [{ type, physical }], counted: false, layout: 'row' }, { body: 'merge', key: [], values: [read(type, { i32: 0, str: 1, i64: 2 }[type as string] as number)] })],
    })
    expect(() => verifyProgram(wrong('i32', 'i64'))).toThrow('a row holds no i32 as i64')
    expect(() => verifyProgram(wrong('str', 'slice'))).toThrow('a row holds no str as slice')
    expect(() => verifyProgram(wrong('i64', 'u32'))).toThrow('a row holds no i64 as u32')
  })

  it('goes in parts where it is wide', () => {
    const { builder, body } = same(WIDE).pipelines[0] as Pipeline
    expect(mergeParts(builder, [], (body as Extract<Body, { body: 'merge' }>).values)?.values.length).toBeGreaterThan(1)
  })

  for (const [name, fields] of Object.entries(SHAPES)) {
    it(`writes ${name}`, () => {
      for (const [i, rows] of [0, 1, 2, 7, 64, 200, 1024, 2048, 2049, 5000].entries()) {
        if (rows > 300 && fields.length > 60) continue
        const machine = new Machine(i % 2 ? HIGH : LOW)
        const r = random(seed + i)
        const data = Array.from({ length: rows }, () => fields.map((f) => cellOf(r, f)))
        for (const program of [same(fields), optimise(same(fields))]) {
          const made = machine.runRows(program, [relationOf(machine, fields, data)], { slots: 1 + r.below(3), morsel: r.pick([10, 100, 1000, 3000]) + (rows > 1000 ? 90 : 0) })
          expect(made.rows).toBe(rows)
          const [got, want] = [bytesOf(machine, made), wanted(fields, data)]
          expect(got.offsets, `seed ${seed + i}`).toEqual(want.offsets)
          expect(got.rows === want.rows, `seed ${seed + i}, ${rows} rows`).toBe(true)
        }
      }
    })
  }

  it('writes rows that pass a filter in lanes, and those of two pipelines one after the other', () => {
    const fields = [field('i32'), field('utf8', true)]
    const some = (op: '<' | '>'): Body => ({ body: 'if', cond: { ir: 'binary', type: 'bool', op, left: read('i32', 0), right: { ir: 'literal', type: 'i32', value: 0 } }, next: merge(fields) })
    const program = optimise({ pipelines: [over(fields, rowAppender(fields), some('>')), over(fields, rowAppender(fields), some('<'), 0)] })
    expect(program.pipelines[0]?.vector).toEqual({ filter: 1, merge: false })
    verifyProgram(program)
    const r = random(seed)
    const data = Array.from({ length: 5000 }, () => fields.map((f) => cellOf(r, f)))
    const machine = new Machine()
    const made = machine.runRows(program, [relationOf(machine, fields, data)], { slots: 3 })
    const passing = (op: '<' | '>') => data.filter(([x]) => (op === '<' ? (x as bigint) < 0n : (x as bigint) > 0n))
    expect(bytesOf(machine, made)).toEqual(wanted(fields, [...passing('>'), ...passing('<')]))
  })

  it('raises where memory ends', () => {
    const fields = [field('utf8')]
    const machine = new Machine()
    const inputs = [relationOf(machine, fields, [['x'.repeat(100_000)]])]
    machine.budget = 150_000
    expect(() => machine.runRows(same(fields), inputs)).toThrow('MEMORY_EXCEEDED')
  })
})
