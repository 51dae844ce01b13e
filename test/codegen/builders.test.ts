/** Every builder over random rows, morsels in turn on several slots, against plain JavaScript; addresses above 2 GiB as well. */
import { describe, expect, it } from 'vitest'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { scalarOf } from '../../src/ir/nodes.ts'
import type { Body, Builder, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const LENGTHS = [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 200, 1023, 1024, 1025, 3000, 5000]
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const READ: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i8: 'i32', i16: 'i32', i32: 'i32', u8: 'i32', u16: 'i32', u32: 'i64', i64: 'i64', u64: 'i128', i128: 'i128', f32: 'f32', f64: 'f64', utf8: 'str', slice: 'str', code8: 'i32', code16: 'i32' }
const typeOf = (c: SourceColumn): IrType => (c.nullable ? `?${READ[c.physical] as Scalar}` : (READ[c.physical] as Scalar))

const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const fieldsOf = (types: readonly IrType[], row = 'n'): readonly Ir[] => types.map((t, i) => field(t, i, row))
const columns = (cols: readonly SourceColumn[], relation: number, builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation, columns: cols }, row: 'n', builder, body })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: PHYSICAL[scalarOf(type)] })), counted: false })
const output = (sink: number, types: readonly IrType[]): Pipeline => ({ operators: [], source: { source: 'tuples', sink }, row: 'n', builder: appender(types), body: { body: 'merge', key: [], values: fieldsOf(types) } })
const binary = (op: '+' | 'min' | 'max', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: left.type as Scalar, op, left, right })
const lit = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })

const TEXTS = ['', 'a', 'b', 'ab', 'a\u0000', 'a\u0000b', '\u0000', 'ÿ', '日本語', 'prefix-1', 'prefix-2', 'x'.repeat(40), `${'x'.repeat(40)}y`]
/** Values from few, so that keys meet. */
const cellOf = (r: Random, c: SourceColumn): Cell => {
  if (c.nullable && r.next() < 0.2) return null
  switch (c.physical) {
    case 'bool8': return r.next() < 0.5
    case 'f32':
    case 'f64': return r.pick([0, 1.5, -1.5, 2, 1e10, -1e10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    case 'utf8':
    case 'slice': return r.pick(TEXTS)
    case 'i128': return r.pick([0n, 1n, -1n, 1n << 64n, -(1n << 64n), (1n << 127n) - 1n, -(1n << 127n), BigInt(r.below(20)), BigInt(r.below(20)) << 70n])
    case 'i64': return r.pick([0n, 1n, -1n, (1n << 63n) - 1n, -(1n << 63n), BigInt(r.below(30)), BigInt(r.below(30)) << 33n])
    case 'u64': return r.pick([0n, (1n << 64n) - 1n, 1n << 63n, BigInt(r.below(30))])
    case 'u32': return r.pick([0n, (1n << 32n) - 1n, 1n << 31n, BigInt(r.below(30))])
    case 'u8':
    case 'code8': return BigInt(r.below(256))
    case 'u16':
    case 'code16': return BigInt(r.below(65536))
    case 'i8': return BigInt(r.below(256) - 128)
    case 'i16': return BigInt(r.below(65536) - 32768)
    default: return r.pick([0n, 1n, -1n, 2147483647n, -2147483648n, BigInt(r.below(40))])
  }
}
const rowsOf = (r: Random, cols: readonly SourceColumn[], n: number): Cell[][] => Array.from({ length: n }, () => cols.map((c) => cellOf(r, c)))
const keyText = (cells: readonly Cell[]): string => shown([cells])[0] as string

interface Setting {
  readonly machine: Machine
  readonly r: Random
  readonly rows: number
  readonly options: { readonly slots: number; readonly morsel: number }
  readonly seed: number
}
/** Lengths × addresses, with 1 to 4 slots and odd morsels. */
const settings = (lengths = LENGTHS): Setting[] =>
  [LOW, HIGH].flatMap((base) =>
    lengths.map((rows, i) => {
      const own = seed + i + (base === HIGH ? 1000 : 0)
      const r = random(own)
      return { machine: new Machine(base), r, rows, options: { slots: 1 + r.below(4), morsel: r.pick([1, 7, 100, 1024, 2500]) + (rows > 1000 ? 99 : 0) }, seed: own }
    }),
  )
/** The program as it is and as the optimiser leaves it. */
const both = (program: Program): readonly Program[] => [program, optimise(program)]
const c = (physical: Physical, nullable = false): SourceColumn => ({ physical, nullable })
const nullable = (physical: Physical): SourceColumn => c(physical, true)

describe(`builders, seed ${seed}`, () => {
  it('appender: every physical type, NULLs, more rows than a chunk, in source order', () => {
    const cols = (['bool8', 'i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'f32', 'f64', 'utf8', 'slice', 'code8', 'code16'] as const).flatMap((p) => [c(p), nullable(p)])
    const types = cols.map(typeOf)
    const program: Program = { pipelines: [columns(cols, 0, appender(types), { body: 'merge', key: [], values: fieldsOf(types) })] }
    for (const { machine, r, rows, options, seed: own } of settings()) {
      const data = rowsOf(r, cols, rows)
      for (const p of both(program)) expect(shown(machine.run(p, [machine.relation(cols, data, 700 + r.below(3000))], options)), `seed ${own}`).toEqual(shown(data))
    }
  })

  it('merger: states of several slots; one row of initial state where there is no row', () => {
    const cols = [c('i64'), nullable('i32'), c('i128')]
    const builder: Builder = {
      builder: 'merger',
      state: [{ type: 'i128', init: lit('i128', 0n) }, { type: 'i64', init: lit('i64', 0n) }, { type: 'i32', init: lit('i32', 2147483647) }, { type: 'i128', init: lit('i128', -(1n << 127n)) }, { type: 'bool', init: lit('bool', false) }],
      combine: [binary('+', field('i128', 0, 'a'), field('i128', 0, 'b')), binary('+', field('i64', 1, 'a'), field('i64', 1, 'b')), binary('min', field('i32', 2, 'a'), field('i32', 2, 'b')), binary('max', field('i128', 3, 'a'), field('i128', 3, 'b')), { ir: 'binary', type: 'bool', op: '|', left: field('bool', 4, 'a'), right: field('bool', 4, 'b') }],
    }
    const nulls = field('?i32', 1)
    const values: Ir[] = [
      binary('+', field('i128', 0, 's'), { ir: 'cast', type: 'i128', arg: field('i64', 0) }),
      binary('+', field('i64', 1, 's'), { ir: 'cast', type: 'i64', arg: { ir: 'cast', type: 'i32', arg: { ir: 'valid', type: 'bool', arg: nulls } } }),
      binary('min', field('i32', 2, 's'), { ir: 'select', type: 'i32', cond: { ir: 'valid', type: 'bool', arg: nulls }, then: { ir: 'value', type: 'i32', arg: nulls }, else: lit('i32', 2147483647) }),
      binary('max', field('i128', 3, 's'), field('i128', 2)),
      { ir: 'binary', type: 'bool', op: '|', left: field('bool', 4, 's'), right: { ir: 'valid', type: 'bool', arg: nulls } },
    ]
    const types = builder.state.map((s) => s.type)
    const program: Program = { pipelines: [columns(cols, 0, builder, { body: 'merge', key: [], values }), output(0, types)] }
    for (const { machine, r, rows, options, seed: own } of settings()) {
      const data = rowsOf(r, cols, rows)
      const taken = data.map((d) => d[1]).filter((v) => v !== null) as bigint[]
      const want: Cell[] = [
        data.reduce((sum, d) => sum + (d[0] as bigint), 0n), BigInt(taken.length), taken.reduce((m, v) => (v < m ? v : m), 2147483647n),
        data.reduce((m, d) => ((d[2] as bigint) > m ? (d[2] as bigint) : m), -(1n << 127n)), taken.length > 0,
      ]
      for (const p of both(program)) expect(shown(machine.run(p, [machine.relation(cols, data)], options)), `seed ${own}`).toEqual(shown([want]))
    }
  })

  const KEYS: Record<string, readonly SourceColumn[]> = {
    i32: [c('i32')], 'nullable i32': [nullable('i32')], i64: [c('i64')], i128: [c('i128')], 'nullable i128': [nullable('i128')], string: [c('utf8')], 'nullable string': [nullable('slice')],
    bool: [nullable('bool8')], f64: [nullable('f64')], f32: [c('f32')], 'many keys': [nullable('i128'), c('utf8'), nullable('i32'), c('bool8')],
  }
  const counted = (keys: readonly SourceColumn[], dense?: Extract<Builder, { builder: 'dictmerger' }>['dense']): Program => {
    const cols = [...keys, c('i64')]
    const key = keys.map(typeOf)
    const builder: Builder = {
      builder: 'dictmerger', key, dense,
      state: [{ type: 'i64', init: lit('i64', 0n) }, { type: 'i128', init: lit('i128', 0n) }, { type: 'i64', init: lit('i64', (1n << 63n) - 1n) }],
      combine: [binary('+', field('i64', 0, 'a'), field('i64', 0, 'b')), binary('+', field('i128', 1, 'a'), field('i128', 1, 'b')), binary('min', field('i64', 2, 'a'), field('i64', 2, 'b'))],
    }
    const v = field('i64', keys.length)
    const values = [binary('+', field('i64', 0, 's'), lit('i64', 1n)), binary('+', field('i128', 1, 's'), { ir: 'cast', type: 'i128', arg: v }), binary('min', field('i64', 2, 's'), v)]
    const types: IrType[] = [...key, 'i64', 'i128', 'i64']
    return { pipelines: [columns(cols, 0, builder, { body: 'merge', key: fieldsOf(key), values }), output(0, types)] }
  }
  const groups = (data: readonly (readonly Cell[])[], keys: number): Cell[][] => {
    const found = new Map<string, Cell[]>()
    for (const row of data) {
      const key = row.slice(0, keys)
      const v = row[keys] as bigint
      const g = found.get(keyText(key)) ?? [...key, 0n, 0n, (1n << 63n) - 1n]
      g[keys] = (g[keys] as bigint) + 1n
      g[keys + 1] = (g[keys + 1] as bigint) + v
      if (v < (g[keys + 2] as bigint)) g[keys + 2] = v
      found.set(keyText(key), g)
    }
    return [...found.values()]
  }
  const checkGroups = (name: string, keys: readonly SourceColumn[], dense?: Parameters<typeof counted>[1], make: (r: Random, n: number) => Cell[][] = (r, n) => rowsOf(r, [...keys, c('i64')], n)) => {
    it(`dictmerger by ${name}`, () => {
      const program = counted(keys, dense)
      for (const { machine, r, rows, options, seed: own } of settings([0, 1, 5, 64, 200, 1025, 4000])) {
        const data = make(r, rows)
        for (const p of both(program)) expect(shown(machine.run(p, [machine.relation([...keys, c('i64')], data)], options)).sort(), `seed ${own}`).toEqual(shown(groups(data, keys.length)).sort())
      }
    })
  }
  for (const [name, keys] of Object.entries(KEYS)) checkGroups(name, keys)
  checkGroups('many groups', [c('i64')], undefined, (r, n) => Array.from({ length: n }, () => [BigInt(r.below(2 ** 31)) << 20n, BigInt(r.below(100))]))
  checkGroups('dense i32', [c('i16')], [{ min: -100n, extent: 201 }], (r, n) => Array.from({ length: n }, () => [BigInt(r.below(201) - 100), BigInt(r.below(100))]))
  checkGroups(
    'dense nullable keys', [nullable('i8'), c('bool8'), nullable('i64'), nullable('code8')],
    [{ min: -5n, extent: 12 }, { min: 0n, extent: 2 }, { min: (1n << 62n) - 3n, extent: 5 }, { min: 0n, extent: 4 }],
    (r, n) => Array.from({ length: n }, () => [r.next() < 0.2 ? null : BigInt(r.below(11) - 5), r.next() < 0.5, r.next() < 0.2 ? null : (1n << 62n) - 3n + BigInt(r.below(4)), r.next() < 0.2 ? null : BigInt(r.below(3)), BigInt(r.below(100))]),
  )

  const JOINS: Record<string, readonly SourceColumn[]> = { i32: [c('i32')], i64: [c('i64')], i128: [c('i128')], string: [c('utf8')], 'nullable, NULL = NULL': [nullable('i64'), nullable('utf8')], 'two keys': [c('i32'), c('bool8')] }
  for (const [name, keys] of Object.entries(JOINS)) {
    it(`groupmerger and probe by ${name}, duplicates on both sides`, () => {
      const cols = [...keys, nullable('i64')]
      const key = keys.map(typeOf)
      const payload: IrType = '?i64'
      const types: IrType[] = [...key, payload, payload]
      const program: Program = {
        pipelines: [
          columns(cols, 0, { builder: 'groupmerger', key, fields: [payload] }, { body: 'merge', key: fieldsOf(key), values: [field(payload, key.length)] }),
          columns(cols, 1, appender(types), { body: 'probe', sink: 0, key: fieldsOf(key), row: 'm', next: { body: 'merge', key: [], values: [...fieldsOf(key), field(payload, key.length), field(payload, 0, 'm')] } }),
        ],
      }
      for (const { machine, r, rows, options, seed: own } of settings([0, 1, 5, 64, 300])) {
        const build = rowsOf(r, cols, r.pick([0, 1, rows >> 1]))
        const probe = rowsOf(r, cols, rows)
        const byKey = new Map<string, Cell[][]>()
        for (const row of build) byKey.set(keyText(row.slice(0, key.length)), [...(byKey.get(keyText(row.slice(0, key.length))) ?? []), row])
        const want = probe.flatMap((row) => (byKey.get(keyText(row.slice(0, key.length))) ?? []).map((m) => [...row, m[key.length] as Cell]))
        for (const p of both(program)) expect(shown(machine.run(p, [machine.relation(cols, build), machine.relation(cols, probe)], options)).sort(), `seed ${own}`).toEqual(shown(want).sort())
      }
    })
  }

  it('probe that remembers what each dictionary code found; a residual after it; two joins on one another', () => {
    const cols = [c('code8'), c('i32')]
    const words = Array.from({ length: 256 }, (_, i) => `word ${i % 200}`)
    for (const { machine, r, rows, options, seed: own } of settings([0, 3, 64, 500])) {
      const vector = machine.allocate(256 * 8)
      const view = new DataView(machine.buffer)
      words.forEach((w, i) => view.setBigUint64(vector + i * 8, machine.text(w), true))
      const decoded: Ir = { ir: 'lookup', type: 'str', vector: { ir: 'param', type: 'i32', index: 0 }, index: field('i32', 0) }
      const residual: Ir = { ir: 'binary', type: 'bool', op: '<', left: field('i32', 0, 'm'), right: field('i32', 1) }
      const program: Program = {
        pipelines: [
          columns([c('utf8'), c('i32')], 0, { builder: 'groupmerger', key: ['str'], fields: ['i32'] }, { body: 'merge', key: [field('str', 0)], values: [field('i32', 1)] }),
          columns([c('i32')], 1, { builder: 'groupmerger', key: ['i32'], fields: [] }, { body: 'merge', key: [field('i32', 0)], values: [] }),
          columns(cols, 2, appender(['str', 'i32', 'i32']), {
            body: 'probe', sink: 0, key: [decoded], row: 'm', memo: { table: 0, code: field('i32', 0) },
            next: { body: 'if', cond: residual, next: { body: 'probe', sink: 1, key: [field('i32', 0, 'm')], row: 'o', next: { body: 'merge', key: [], values: [decoded, field('i32', 1), field('i32', 0, 'm')] } } },
          }),
        ],
      }
      const build: Cell[][] = Array.from({ length: rows >> 2 }, () => [r.pick(words), BigInt(r.below(20))])
      const other: Cell[][] = Array.from({ length: r.below(30) }, () => [BigInt(r.below(20))])
      const probe: Cell[][] = Array.from({ length: rows }, () => [BigInt(r.below(256)), BigInt(r.below(20))])
      const want = probe.flatMap(([code, v]) =>
        build.filter(([w, b]) => w === words[Number(code)] && (b as bigint) < (v as bigint)).flatMap(([w, b]) => other.filter(([o]) => o === b).map((): Cell[] => [w as string, v as bigint, b as bigint])),
      )
      const inputs = [machine.relation([c('utf8'), c('i32')], build), machine.relation([c('i32')], other), machine.relation(cols, probe)]
      for (const p of both(program)) expect(shown(machine.run(p, inputs, { ...options, memos: [256], params: [{ type: 'i32', value: vector | 0 }] })).sort(), `seed ${own}`).toEqual(shown(want).sort())
    }
  })

  it('every builder says so when memory is refused', () => {
    const key: readonly IrType[] = ['str']
    const cols = [c('utf8')]
    const builders: Record<string, Builder> = {
      appender: appender(key),
      dictmerger: { builder: 'dictmerger', key, state: [], combine: [] },
      groupmerger: { builder: 'groupmerger', key, fields: [] },
      sorter: { builder: 'sorter', fields: [], keyTypes: key, keys: [{ descending: false, nullsFirst: false }], top: false },
    }
    const r = random(seed)
    const data = Array.from({ length: 3000 }, (_, i): Cell[] => [`${i} ${r.next()}`])
    for (const [name, builder] of Object.entries(builders)) {
      const merge: Body = { body: 'merge', key: name === 'appender' ? [] : fieldsOf(key), values: name === 'appender' ? fieldsOf(key) : [] }
      const first = columns(cols, 0, builder, merge)
      const last = name === 'appender' ? [] : [name === 'groupmerger' ? columns(cols, 0, appender(key), { body: 'probe', sink: 0, key: fieldsOf(key), row: 'm', next: { body: 'merge', key: [], values: fieldsOf(key) } }) : output(0, name === 'dictmerger' ? key : [])]
      let refused = 0
      for (const budget of [0, 1000, 20_000, 100_000, 10_000_000]) {
        const machine = new Machine()
        const source = machine.relation(cols, data)
        machine.budget = budget
        try {
          expect(machine.run({ pipelines: [first, ...last] }, [source], { slots: 2 }).length).toBe(3000)
        } catch (error) {
          if (!(error instanceof KernelRaised)) throw error
          expect(error.code, name).toBe('MEMORY_EXCEEDED')
          refused++
        }
      }
      expect(refused, name).toBeGreaterThan(1)
      expect(refused, name).toBeLessThan(5)
    }
  })

  it('memo: computed once a code, the same as computing it', () => {
    const cols = [c('code8')]
    const compute: Ir = { ir: 'binary', type: 'bool', op: '==', left: { ir: 'binary', type: 'i32', op: '%', left: field('i32', 0), right: lit('i32', 3) }, right: lit('i32', 1) }
    const program: Program = { pipelines: [columns(cols, 0, appender(['i32']), { body: 'if', cond: { ir: 'memo', type: 'bool', table: 0, code: field('i32', 0), compute }, next: { body: 'merge', key: [], values: [field('i32', 0)] } })] }
    for (const { machine, r, rows, options } of settings([0, 5, 1500])) {
      const data = rowsOf(r, cols, rows)
      for (const p of both(program)) expect(shown(machine.run(p, [machine.relation(cols, data)], { ...options, memos: [256] }))).toEqual(shown(data.filter(([v]) => (v as bigint) % 3n === 1n)))
    }
  })
})

interface SortKeyOf {
  readonly column: SourceColumn
  readonly bias?: bigint
  readonly bytes?: number
}
const compareCells = (a: Cell, b: Cell): number => {
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b || 0
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return (a as bigint) < (b as bigint) ? -1 : (a as bigint) > (b as bigint) ? 1 : 0
}
const SORTS: Record<string, readonly SortKeyOf[]> = {
  bool: [{ column: nullable('bool8') }],
  'i8 in one byte': [{ column: c('i8'), bias: -128n, bytes: 1 }],
  'nullable i16 in two': [{ column: nullable('i16'), bias: -32768n, bytes: 2 }],
  'i32 in four': [{ column: nullable('i32'), bias: -2147483648n, bytes: 4 }],
  'i64 in eight': [{ column: c('i64'), bias: -(1n << 63n), bytes: 8 }],
  'nullable i64': [{ column: nullable('i64'), bias: -(1n << 63n), bytes: 8 }],
  i128: [{ column: nullable('i128'), bytes: 16 }],
  f64: [{ column: nullable('f64') }],
  f32: [{ column: c('f32') }],
  string: [{ column: c('utf8') }],
  'nullable string': [{ column: nullable('slice') }],
  'short keys together': [{ column: nullable('i8'), bias: -128n, bytes: 1 }, { column: c('bool8') }, { column: nullable('i16'), bias: -32768n, bytes: 2 }],
  'long keys together': [{ column: nullable('utf8') }, { column: nullable('i32'), bias: -2147483648n, bytes: 4 }, { column: c('i128'), bytes: 16 }, { column: nullable('f64') }],
}
describe(`sorter, seed ${seed}`, () => {
  for (const [name, keys] of Object.entries(SORTS)) {
    for (const top of [undefined, 1, 10, 1500]) {
      it(`by ${name}${top === undefined ? '' : `, the first ${top}`}`, () => {
        for (const { machine, r, rows, options, seed: own } of settings(top === undefined ? [0, 1, 2, 65, 200, 3000] : [0, 3, 200, 9000].slice(0, name.includes('long') || top === 1500 ? 4 : 3))) {
          const cols = keys.map((k) => k.column)
          const types = cols.map(typeOf)
          const order = keys.map(() => ({ descending: r.next() < 0.5, nullsFirst: r.next() < 0.5 }))
          const builder: Builder = { builder: 'sorter', fields: types, keyTypes: types, keys: keys.map((k, i) => ({ ...(order[i] as (typeof order)[number]), ...(k.bytes === undefined ? {} : { bytes: k.bytes }), ...(k.bias === undefined ? {} : { bias: k.bias }) })), top: top !== undefined }
          const program: Program = { pipelines: [columns(cols, 0, builder, { body: 'merge', key: fieldsOf(types), values: fieldsOf(types) }), output(0, types)] }
          const data = rowsOf(r, cols, rows)
          const want = data.toSorted((a, b) => {
            for (let i = 0; i < keys.length; i++) {
              const [x, y] = [a[i] as Cell, b[i] as Cell]
              const o = order[i] as (typeof order)[number]
              if (x === null && y === null) continue
              if (x === null || y === null) return (x === null) === o.nullsFirst ? -1 : 1
              const d = compareCells(x, y)
              if (d !== 0) return o.descending ? -d : d
            }
            return 0
          }).slice(0, top)
          const run = top === undefined ? options : { ...options, top }
          // Every column is a key, so equal rows are the same.
          for (const p of both(program)) expect(shown(machine.run(p, [machine.relation(cols, data)], run)), `seed ${own} ${JSON.stringify(order)}`).toEqual(shown(want))
        }
      })
    }
  }
})
