/** Columns of results in lanes: eight rows a step, stored as they are into the appender's chunk. */
import { isOption } from '../../ir/nodes.ts'
import type { Body } from '../../ir/program.ts'
import type { ChunkAccess } from '../builders/sink.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { FROM, TO } from '../loops.ts'
import type { Scope } from '../scope.ts'
import { emitLanes } from './expressions.ts'
import { type Form, isMask, type Lanes, type LaneValue, maskAs, pushBits, releaseValue, ROWS } from './lanes.ts'
import { type LanePlaces, mayRaise } from './scope.ts'
import { mergeOf, wholeOf } from './shape.ts'
import { emitLeading, emitStep, emitSteps, leaveOnFault, openLanes } from './step.ts'

/** log2 of a value's bytes. */
const SHIFT: Partial<Record<Form, number>> = { i32: 2, f32: 2, i64: 3, f64: 3 }

export const emitLaneAppend = (scope: Scope, columns: LanePlaces, row: number, body: Body, chunk: ChunkAccess, scalar: () => void): void => {
  const { f } = scope
  const { values } = mergeOf(body)
  const part = wholeOf(body, values)
  const source = openLanes(scope, columns, row, part.expressions)
  const aligned = [...(part.nullable(columns) ? [row] : []), ...(values.some((v) => isOption(v.type)) ? [chunk.used] : [])]
  const raises = part.expressions.some(mayRaise)
  /** Position in the chunk − row. */
  const shift = f.local('i32')
  const by = f.local('i32')
  f.get(FROM).set(row)
  emitSteps(f, {
    row,
    end: TO,
    start: () => f.get(chunk.used).get(row).op('i32.sub').set(shift),
    ready: aligned.length
      ? () => {
          aligned.forEach((local, i) => {
            f.get(local)
            if (i > 0) f.op('i32.or')
          })
          f.i32(ROWS - 1).op('i32.and').op('i32.eqz')
        }
      : undefined,
    begin: () => {
      f.get(chunk.used).i32(chunk.rows).op('i32.eq').if()
      chunk.renew()
      f.end()
      f.get(chunk.used).get(row).op('i32.sub').set(shift)
    },
    // Where the chunk is full: rows − used more of them.
    limit: (stop) => {
      f.get(stop).get(row).i32(chunk.rows).op('i32.add').get(chunk.used).op('i32.sub')
      f.get(stop).get(row).op('i32.sub').i32(chunk.rows).get(chunk.used).op('i32.sub').op('i32.lt_u').op('select').set(stop)
    },
    after: () => {
      f.get(row).get(shift).op('i32.add').get(chunk.used).op('i32.sub').tee(by).if()
      f.get(chunk.used).get(by).op('i32.add').set(chunk.used)
      chunk.grown(by)
      f.end()
    },
    steps: source.steps,
    step: (ahead, leave) =>
      emitStep(source, ahead, (cx) =>
        emitLeading(cx, body, 0, true, (_, next) => {
          const at = f.local('i32')
          f.get(row).get(shift).op('i32.add').set(at)
          const store = (value: LaneValue, i: number) => {
            const { data, validity } = chunk.columns[i] as ChunkAccess['columns'][number]
            storeColumn(f, value, chunk.address, at, ahead, data, validity)
            releaseValue(f, value)
          }
          const { values: last } = mergeOf(next)
          if (raises) {
            const lanes = last.map((value) => emitLanes(cx, value))
            leaveOnFault(cx, leave)
            lanes.forEach(store)
          } else last.forEach((value, i) => store(emitLanes(cx, value), i))
          f.free('i32', at)
        }),
      ),
    scalar,
  })
}

const storeColumn = (f: FunctionBuilder, { value, valid }: LaneValue, chunk: number, at: number, ahead: number, data: number, validity: number): void => {
  if (isMask(value.form)) storeBools(f, value, chunk, at, data + ahead)
  else {
    const address = f.local('i32')
    f.get(chunk).get(at).i32(SHIFT[value.form] as number).op('i32.shl').op('i32.add').set(address)
    value.v.forEach((local, k) => f.get(address).get(local).memory('v128.store', data + (ahead << (SHIFT[value.form] as number)) + k * 16))
    f.free('i32', address)
  }
  if (!validity) return
  f.get(chunk).get(at).i32(3).op('i32.shr_u').op('i32.add')
  if (valid) pushBits(f, { ...valid, owned: false })
  else f.i32(255)
  f.memory('i32.store8', validity + (ahead >> 3))
}

/** A byte of 0 or 1 each. */
const storeBools = (f: FunctionBuilder, value: Lanes, chunk: number, at: number, data: number): void => {
  const mask = maskAs(f, { ...value, owned: false }, 'm2')
  const local = mask.v[0] as number
  f.get(chunk).get(at).op('i32.add').get(local).get(local).op('i8x16.narrow_i16x8_s').lane('i64x2.extract_lane', 0)
  f.i64(0x0101010101010101n).op('i64.and').memory('i64.store', data)
  if (mask.owned) f.free('v128', local)
}
