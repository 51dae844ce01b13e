/**
 * Columns of some fields of UnsafeRows: what queries that read the same fields again and again go over in place of whole rows. Values are
 * stored as narrow as their range allows; strings as slices of the rows' bytes; what is NULL as 0. `p0(ctx, from, to)` takes rows of the
 * batch at hand; a validity byte is written by the call that has its first row.
 *
 *   batch   0 rows' data · 4 their offsets · 8 number of rows · 16 of each column 8 bytes: data, validity
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import { type Physical, physicalWidth } from '../layout/relation.ts'
import type { RangedField } from '../layout/row-table.ts'
import { type FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { type Rows, rowsAccess } from './rows.ts'
import { CTX_LOCAL } from './scope.ts'

export const COLUMNS_OF_ROWS = { count: 8, columns: 16, bytes: 8 } as const

export interface FieldColumn {
  readonly field: number
  readonly physical: Physical
}

/** Columns that one function stores. */
const GROUP = 8
const ROWS = 8
const [FROM, TO] = [1, 2] as const

export const encodeRowColumns = (fields: readonly RangedField[], columns: readonly FieldColumn[]): Uint8Array<ArrayBuffer> => {
  const module = new ModuleBuilder()
  const kernel = module.function({ params: ['i32', 'i32', 'i32'], results: [] }, 'p0')
  const groups: FunctionBuilder[] = []
  for (let first = 0; first < columns.length; first += GROUP) {
    const f = module.function({ params: ['i32', 'i32', 'i32'], results: [] })
    emitGroup(f, fields, columns, first)
    groups.push(f)
  }
  emitChunks(kernel, groups)
  return module.encode()
}

/** Rows that begin validity bytes from `from` to `to`, a chunk at a time: its rows stay in the cache for the next group. */
const emitChunks = (f: FunctionBuilder, groups: readonly FunctionBuilder[]): void => {
  const end = f.local('i32')
  const rows = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', COLUMNS_OF_ROWS.count).set(rows)
  for (const bound of [FROM, TO]) {
    f.get(bound).i32(ROWS - 1).op('i32.add').i32(-ROWS).op('i32.and').tee(bound)
    f.get(rows).get(bound).get(rows).op('i32.lt_u').op('select').set(bound)
  }
  const done = f.block()
  const chunks = f.loop()
  f.get(FROM).get(TO).op('i32.ge_u').brIf(done)
  f.get(FROM).i32(CHUNK_ROWS).op('i32.add').tee(end).get(TO).get(end).get(TO).op('i32.lt_u').op('select').set(end)
  for (const group of groups) f.get(CTX_LOCAL).get(FROM).get(end).call(group)
  f.get(end).set(FROM).br(chunks).end().end()
}

const emitGroup = (f: FunctionBuilder, fields: readonly RangedField[], columns: readonly FieldColumn[], first: number): void => {
  const access = rowsAccess(f, fields)
  const row = f.local('i32')
  const stop = f.local('i32')
  const load = (offset: number): number => {
    const local = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', offset).set(local)
    return local
  }
  const own = columns.slice(first, first + GROUP).map(({ field, physical }, i) => {
    const at = COLUMNS_OF_ROWS.columns + (first + i) * COLUMNS_OF_ROWS.bytes
    const nullable = fields[field]?.nullable
    return { field, physical, data: load(at), validity: nullable ? load(at + 4) : -1, bits: nullable ? f.local('i32') : -1, valid: nullable ? f.local('i32') : -1 }
  })
  f.get(FROM).set(row)
  const groups = f.loop()
  f.get(row).i32(ROWS).op('i32.add').tee(stop).get(TO).get(stop).get(TO).op('i32.lt_u').op('select').set(stop)
  for (const { bits } of own) if (bits >= 0) f.i32(0).set(bits)
  const rows = f.loop()
  access.seek(f, row)
  for (const { field, physical, data, bits, valid } of own) {
    if (bits >= 0) {
      access.valid?.(f, field)
      f.tee(valid).get(row).i32(ROWS - 1).op('i32.and').op('i32.shl').get(bits).op('i32.or').set(bits)
    }
    emitStore(f, access, fields[field] as RangedField, field, physical, () => f.get(data).get(row).i32(physicalWidth[physical]).op('i32.mul').op('i32.add'), valid)
  }
  f.get(row).i32(1).op('i32.add').tee(row).get(stop).op('i32.lt_u').brIf(rows).end()
  for (const { validity, bits } of own) if (bits >= 0) f.get(validity).get(row).i32(1).op('i32.sub').i32(3).op('i32.shr_u').op('i32.add').get(bits).memory('i32.store8')
  f.get(row).get(TO).op('i32.lt_u').brIf(groups).end()
}

const emitStore = (f: FunctionBuilder, access: Rows, { physical: from }: RangedField, field: number, to: Physical, address: () => void, valid: number): void => {
  const slot = from === 'utf8' || from === 'i64' ? 'i64' : from === 'i128' ? 'i128' : from === 'f32' || from === 'f64' ? from : 'i32'
  const unlessNull = (zero: () => void) => {
    if (valid < 0) return
    zero()
    f.get(valid).op('select')
  }
  const zero = { i32: () => f.i32(0), i64: () => f.i64(0n), f32: () => f.f32(0), f64: () => f.f64(0) }
  if (slot === 'i128') {
    const [lo, hi] = [f.local('i64'), f.local('i64')]
    access.value?.(f, field)
    f.set(hi).set(lo)
    address()
    f.get(lo)
    unlessNull(zero.i64)
    emitNarrow(f, to)
    if (to === 'i128') {
      address()
      f.get(hi)
      unlessNull(zero.i64)
      f.memory('i64.store', 8)
    }
    f.free('i64', lo)
    f.free('i64', hi)
    return
  }
  address()
  access.value?.(f, field)
  unlessNull(zero[slot])
  if (slot === 'i64') emitNarrow(f, to)
  else if (slot === 'i32') f.memory(({ 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store' } as const)[physicalWidth[to] as 1 | 2 | 4])
  else f.memory(`${slot}.store`)
}

/** Stores the low bytes of an i64. */
const emitNarrow = (f: FunctionBuilder, to: Physical): void => {
  const width = physicalWidth[to] as 1 | 2 | 4 | 8 | 16
  if (width >= 8) f.memory('i64.store')
  else f.op('i32.wrap_i64').memory(({ 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store' } as const)[width as 1 | 2 | 4])
}
