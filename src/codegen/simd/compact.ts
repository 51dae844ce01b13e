/**
 * The rows that pass a filter as columns of results: vectors are stored with their passing lanes brought forward, and the next
 * ones go over what is behind these. A step that no row passes reads and stores nothing.
 */
import type { Body } from '../../ir/program.ts'
import type { ChunkAccess } from '../builders/sink.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { FROM, TO } from '../loops.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { emitLanes } from './expressions.ts'
import { isMask, type Lanes, type LaneValue, maskAs, pushBits, releaseValue, ROWS } from './lanes.ts'
import { type LanePlaces, mayRaise } from './scope.ts'
import { mergeOf, wholeOf } from './shape.ts'
import { emitLeading, emitStep, emitSteps, leaveOnFault, openLanes } from './step.ts'

/** A step stores up to eight rows of values, and two bytes of validity bits. */
const MARGIN = 16
/** Where the table's entries of two 64-bit lanes begin. */
const PAIRS = 16 * 16

interface Tables {
  readonly lanes: number
  readonly positions: number
}

export const emitCompacted = (scope: Scope, columns: LanePlaces, row: number, body: Body, filters: number, chunk: ChunkAccess, scalar: () => void): void => {
  const { f } = scope
  const part = wholeOf(body, mergeOf(body).values)
  const source = openLanes(scope, columns, row, part.expressions)
  const tables: Tables = { lanes: tableOf(scope, 'mask_lanes'), positions: tableOf(scope, 'mask_positions') }
  const raises = part.expressions.some(mayRaise)
  const before = f.local('i32')
  const bits = f.local('i32')
  f.get(FROM).set(row)
  emitSteps(f, {
    row,
    end: TO,
    start: () => f.get(chunk.used).set(before),
    ready: part.nullable(columns) ? () => f.get(row).i32(ROWS - 1).op('i32.and').op('i32.eqz') : undefined,
    after: () => {
      f.get(chunk.used).get(before).op('i32.sub').tee(before).if()
      chunk.grown(before)
      f.end()
    },
    steps: source.steps,
    step: (ahead, leave) =>
      emitStep(source, ahead, (cx) =>
        emitLeading(cx, body, filters, false, (mask, next) => {
          leaveOnFault(cx, leave)
          pushBits(f, mask as Lanes)
          f.tee(bits).if()
          // No chunk yet, or a full one: scalar code takes a new one. A call here would cost every step its registers.
          f.get(chunk.used).i32(chunk.rows - MARGIN).op('i32.gt_u')
          leave()
          emitLeading(cx, next, 0, true, (_, last) => {
            const { values } = mergeOf(last)
            const packed = packer(f, tables, bits)
            const store = (value: LaneValue, i: number) => {
              const { data, validity } = chunk.columns[i] as ChunkAccess['columns'][number]
              storePacked(f, packed, value, chunk, data, validity)
              releaseValue(f, value)
            }
            if (raises) {
              const lanes = values.map((value) => emitLanes(cx, value))
              leaveOnFault(cx, leave)
              lanes.forEach(store)
            } else values.forEach((value, i) => store(emitLanes(cx, value), i))
            packed.close()
          })
          f.get(chunk.used).get(bits).op('i32.popcnt').op('i32.add').set(chunk.used)
          f.end()
        }),
      ),
    scalar,
  })
}

const tableOf = (scope: Scope, name: 'mask_lanes' | 'mask_positions'): number => {
  const table = scope.f.local('i32')
  scope.f.get(CTX_LOCAL).call(scope.callees.runtime(name)).set(table)
  return table
}

/** Orders of bytes and row counts for the vectors of each width, made at their first use in a step. */
interface Packer {
  /** Brings the passing lanes of vector k, of 4 or 8 bytes a lane, forward. */
  pack(bytes: 4 | 8, k: number): void
  /** Pushes how many rows pass before vector k. */
  skipped(bytes: 4 | 8, k: number): void
  /** Brings bytes 0 … 7 on the stack forward. */
  packBytes(): void
  readonly bits: number
  close(): void
}

const packer = (f: FunctionBuilder, tables: Tables, bits: number): Packer => {
  const orders = new Map<string, number>()
  const counts = new Map<string, number>()
  const local = (map: Map<string, number>, key: string, type: 'i32' | 'v128', push: () => void): number => {
    const known = map.get(key)
    if (known !== undefined) return known
    push()
    const made = f.local(type)
    f.set(made)
    map.set(key, made)
    return made
  }
  /** (bits >> first row) & lanes, × 16. */
  const order = (bytes: 4 | 8, k: number) =>
    local(orders, `${bytes} ${k}`, 'v128', () => {
      const lanes = 16 / bytes
      const shift = k * lanes - 4
      f.get(bits)
      if (shift) f.i32(Math.abs(shift)).op(shift > 0 ? 'i32.shr_u' : 'i32.shl')
      f.i32(((1 << lanes) - 1) << 4).op('i32.and').get(tables.lanes).op('i32.add').memory('v128.load', bytes === 8 ? PAIRS : 0)
    })
  return {
    bits,
    pack: (bytes, k) => f.get(order(bytes, k)).op('i8x16.swizzle'),
    skipped: (bytes, k) => f.get(local(counts, `${(k * 16) / bytes}`, 'i32', () => f.get(bits).i32((1 << ((k * 16) / bytes)) - 1).op('i32.and').op('i32.popcnt'))),
    packBytes: () => f.get(tables.positions).get(bits).i32(3).op('i32.shl').op('i32.add').memory('v128.load64_zero').op('i8x16.swizzle'),
    close: () => {
      for (const vector of orders.values()) f.free('v128', vector)
      for (const count of counts.values()) f.free('i32', count)
    },
  }
}

const storePacked = (f: FunctionBuilder, packed: Packer, { value, valid }: LaneValue, chunk: ChunkAccess, data: number, validity: number): void => {
  if (isMask(value.form)) {
    f.get(chunk.address).get(chunk.used).op('i32.add')
    pushBytes(f, value, packed)
    f.lane('i64x2.extract_lane', 0).i64(0x0101010101010101n).op('i64.and').memory('i64.store', data)
  } else {
    const bytes = value.form === 'i32' || value.form === 'f32' ? 4 : 8
    const shift = bytes === 4 ? 2 : 3
    const start = f.local('i32')
    f.get(chunk.address).get(chunk.used).i32(shift).op('i32.shl').op('i32.add').set(start)
    value.v.forEach((local, k) => {
      f.get(start)
      if (k > 0) {
        packed.skipped(bytes, k)
        f.i32(shift).op('i32.shl').op('i32.add')
      }
      f.get(local)
      packed.pack(bytes, k)
      f.memory('v128.store', data)
    })
    f.free('i32', start)
  }
  if (validity) storeValidity(f, packed, valid, chunk, validity)
}

/** Pushes a mask's passing lanes as bytes. */
const pushBytes = (f: FunctionBuilder, mask: Lanes, packed: Packer): void => {
  const narrow = maskAs(f, { ...mask, owned: false }, 'm2')
  const local = narrow.v[0] as number
  f.get(local).get(local).op('i8x16.narrow_i16x8_s')
  packed.packBytes()
  if (narrow.owned) f.free('v128', local)
}

/** Bits go behind those that are there: a new chunk has none. */
const storeValidity = (f: FunctionBuilder, packed: Packer, valid: Lanes | undefined, chunk: ChunkAccess, validity: number): void => {
  const at = f.local('i32')
  f.get(chunk.address).get(chunk.used).i32(3).op('i32.shr_u').op('i32.add').tee(at)
  f.get(at).memory('i32.load16_u', validity)
  if (valid) {
    pushBytes(f, valid, packed)
    f.op('i8x16.bitmask')
  } else f.i32(255)
  f.i32(1).get(packed.bits).op('i32.popcnt').op('i32.shl').i32(1).op('i32.sub').op('i32.and')
  f.get(chunk.used).i32(7).op('i32.and').op('i32.shl').op('i32.or').memory('i32.store16', validity)
  f.free('i32', at)
}
