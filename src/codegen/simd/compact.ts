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
import { HIGH_HALVES, isMask, type Lanes, type LaneValue, LOW_HALVES, maskAs, pushBits, release, releaseValue, ROWS } from './lanes.ts'
import { type LanePlaces, mayRaise } from './scope.ts'
import { mergeOf, wholeOf } from './shape.ts'
import { emitLeading, emitStep, emitSteps, leaveOnFault, openLanes } from './step.ts'

/** A step stores up to eight rows of values, and two bytes of validity bits. */
const MARGIN = 16
/** Where the table's places of 64-bit values begin. */
const PLACES = 16 * 16

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
    // What a step may store does not fit: a new chunk. Where there is none yet, the first row that passes takes one, by scalar code.
    begin: () => {
      f.get(chunk.used).i32(chunk.rows - MARGIN).op('i32.gt_u').get(chunk.used).i32(chunk.rows).op('i32.ne').op('i32.and').if()
      chunk.renew()
      f.get(chunk.used).set(before)
      f.end()
    },
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
          // No chunk yet, or nearly a full one. A call here would cost every step its registers.
          f.get(chunk.used).i32(chunk.rows - MARGIN).op('i32.gt_u')
          leave()
          emitLeading(cx, next, 0, true, (_, last) => {
            const { values } = mergeOf(last)
            const packed = packer(f, tables, bits, mask as Lanes)
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

/** Orders of bytes and places, made at their first use in a step. */
interface Packer {
  /** Brings the passing lanes of the first or second vector of 32-bit lanes, on the stack, forward. */
  pack(k: number): void
  /** Pushes how many rows pass of the first four. */
  passed(): void
  /** Brings the passing lanes of vector k of 64-bit lanes, in a local, forward: the second one takes the place of a first that does not pass. */
  packPair(local: number, k: number): void
  /** Pushes how many bytes of 64-bit values pass before row k. */
  place(k: number): void
  /** Brings bytes 0 … 7 on the stack forward. */
  packBytes(): void
  readonly bits: number
  close(): void
}

const packer = (f: FunctionBuilder, tables: Tables, bits: number, mask: Lanes): Packer => {
  let pairs: Lanes | undefined
  const made = new Map<string, readonly ['i32' | 'v128', number]>()
  const local = (key: string, type: 'i32' | 'v128', push: () => void): FunctionBuilder => {
    const known = made.get(key)
    if (known) return f.get(known[1])
    push()
    const fresh = f.local(type)
    made.set(key, [type, fresh])
    return f.tee(fresh)
  }
  /** (bits >> first row) & 15, × 16. */
  const order = (k: number) =>
    local(`order ${k}`, 'v128', () => {
      f.get(bits)
      if (k === 0) f.i32(4).op('i32.shl')
      f.i32(0xf0).op('i32.and').get(tables.lanes).op('i32.add').memory('v128.load')
    })
  /** The first lane's mask, in both. */
  const firstOf = (k: number) =>
    local(`first ${k}`, 'v128', () => {
      pairs ??= maskAs(f, { ...mask, owned: false }, 'm8')
      const pair = pairs.v[k] as number
      f.get(pair).get(pair).shuffle(LOW_HALVES)
    })
  const places = () => local('places', 'i32', () => f.get(tables.lanes).get(bits).i32(3).op('i32.shl').op('i32.add'))
  return {
    bits,
    pack: (k) => order(k).op('i8x16.swizzle'),
    passed: () => local('passed', 'i32', () => f.get(bits).i32(0xf).op('i32.and').op('i32.popcnt')),
    packPair: (value, k) => {
      f.get(value).get(value).get(value).shuffle(HIGH_HALVES)
      firstOf(k).op('v128.bitselect')
    },
    place: (k) => places().memory('i32.load8_u', PLACES + k),
    packBytes: () => f.get(tables.positions).get(bits).i32(3).op('i32.shl').op('i32.add').memory('v128.load64_zero').op('i8x16.swizzle'),
    close: () => {
      release(f, pairs)
      for (const [type, fresh] of made.values()) f.free(type, fresh)
    },
  }
}

const storePacked = (f: FunctionBuilder, packed: Packer, { value, valid }: LaneValue, chunk: ChunkAccess, data: number, validity: number): void => {
  if (isMask(value.form)) {
    f.get(chunk.address).get(chunk.used).op('i32.add')
    pushBytes(f, value, packed)
    f.lane('i64x2.extract_lane', 0).i64(0x0101010101010101n).op('i64.and').memory('i64.store', data)
  } else {
    const narrow = value.form === 'i32' || value.form === 'f32'
    const start = f.local('i32')
    f.get(chunk.address).get(chunk.used).i32(narrow ? 2 : 3).op('i32.shl').op('i32.add').set(start)
    if (narrow) storeWords(f, packed, value, start, data)
    else storePairs(f, packed, value, start, data)
    f.free('i32', start)
  }
  if (validity) storeValidity(f, packed, valid, chunk, validity)
}

const storeWords = (f: FunctionBuilder, packed: Packer, { v }: Lanes, start: number, data: number): void =>
  v.forEach((local, k) => {
    f.get(start)
    if (k > 0) {
      packed.passed()
      f.i32(2).op('i32.shl').op('i32.add')
    }
    f.get(local)
    packed.pack(k)
    f.memory('v128.store', data)
  })

const storePairs = (f: FunctionBuilder, packed: Packer, { v }: Lanes, start: number, data: number): void =>
  v.forEach((local, k) => {
    f.get(start)
    if (k > 0) {
      packed.place(2 * k)
      f.op('i32.add')
    }
    packed.packPair(local, k)
    f.memory('v128.store', data)
  })

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
