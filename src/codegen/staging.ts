/**
 * Staging points. Rows that get there wait in the worker's scratch, up to 1024 of them; then a function of its own runs the rest
 * of the body over them. So a point splits functions, which keeps each small enough for the optimising compiler.
 *
 *   p0(ctx, from, to)        rows → scratch: row numbers u32[1024], an array of each carried slot [1024]
 *   p0_1(ctx, from, count)   scratch → the next staging point, or the sink
 *
 * A point that every row of a staged function reaches once, behind nothing but lets, is aligned with the one before: its rows
 * have the numbers they had, so only what is new is written, and the other arrays are read where they lie.
 */
import { CHUNK_ROWS } from '../ir/context.ts'
import type { Ir, IrType } from '../ir/nodes.ts'
import { type Body, nextOf } from '../ir/program.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode, WasmType } from './opcodes.ts'
import { slotsOf } from './scope.ts'
import { PAIR_BYTES, stagedMerge, stagedProbe } from './staged-probe.ts'

export type Stage = Extract<Body, { body: 'stage' }>

/** Where a carried name lies in scratch: an array for each slot. */
export interface CarriedPlace {
  readonly type: IrType
  readonly arrays: readonly number[]
}

export interface StagePlace {
  readonly stage: Stage
  /** Counted from 1 in the pipeline, for the function's name. */
  readonly number: number
  /** Offset of the row numbers. */
  readonly rows: number
  readonly carried: ReadonlyMap<string, CarriedPlace>
  readonly aligned: boolean
  /** Offset of room for pairs, where the rest begins with a probe or a merge that may take it. */
  readonly pairs: number
  /** Names that this point writes; the others it has from the one it is aligned with. */
  readonly written: ReadonlySet<string>
}

export interface StagePlan {
  readonly places: ReadonlyMap<Stage, StagePlace>
  readonly bytes: number
}

const WIDTH: Record<WasmType, number> = { i32: 4, f32: 4, i64: 8, f64: 8, v128: 16 }

export const hasStage = (body: Body): boolean => body.body === 'stage' || nextOf(body).some(hasStage)
/** Whether rows merge before a staging point. */
export const mergesDirectly = (body: Body): boolean => body.body === 'merge' || (body.body !== 'stage' && nextOf(body).some(mergesDirectly))

export const planStages = (body: Body): StagePlan => {
  const places = new Map<Stage, StagePlace>()
  let bytes = 0
  const room = (width: number) => {
    const at = bytes
    bytes += CHUNK_ROWS * width
    return at
  }
  /** `before`: the point whose rows all come here one by one, so far. */
  const visit = (b: Body, before: StagePlace | undefined): void => {
    if (b.body !== 'stage') {
      for (const next of nextOf(b)) visit(next, b.body === 'let' ? before : undefined)
      return
    }
    const carried = new Map<string, CarriedPlace>()
    const written = new Set<string>()
    for (const { name, value } of b.carry) {
      const same = value.ir === 'ident' && value.name === name ? before?.carried.get(name) : undefined
      if (!same) written.add(name)
      carried.set(name, same ?? { type: value.type, arrays: slotsOf(value.type).map((slot) => room(WIDTH[slot])) })
    }
    const place = { stage: b, number: places.size + 1, rows: before ? before.rows : room(4), pairs: stagedProbe(b.next) || stagedMerge(b.next) ? room(PAIR_BYTES) : -1, carried, aligned: before !== undefined, written }
    places.set(b, place)
    visit(b.next, place)
  }
  visit(body, undefined)
  return { places, bytes }
}

/** Pushes the address of element `at` (a local) of the array at an offset of scratch, without the offset. */
const address = (f: FunctionBuilder, scratch: number, at: number, width: number): void => {
  f.get(at).i32(width === 4 ? 2 : 3).op('i32.shl').get(scratch).op('i32.add')
}

/** Writes row number and new values at position `at`; `emit` pushes a value's slots. */
export const emitWait = (f: FunctionBuilder, place: StagePlace, scratch: number, at: number, row: number, emit: (e: Ir) => void): void => {
  if (!place.aligned) {
    address(f, scratch, at, 4)
    f.get(row).memory('i32.store', place.rows)
  }
  for (const { name, value } of place.stage.carry) {
    if (!place.written.has(name)) continue
    emit(value)
    const { arrays } = place.carried.get(name) as CarriedPlace
    const slots = slotsOf(value.type)
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = slots[i] as WasmType
      const local = f.local(slot)
      f.set(local)
      address(f, scratch, at, WIDTH[slot])
      f.get(local).memory(`${slot}.store` as Opcode, arrays[i] as number)
      f.free(slot, local)
    }
  }
}

export const emitRowOf = (f: FunctionBuilder, place: StagePlace, scratch: number, at: number): void => {
  address(f, scratch, at, 4)
  f.memory('i32.load', place.rows)
}

/** Loads a carried name into fresh locals. */
export const loadCarried = (f: FunctionBuilder, { type, arrays }: CarriedPlace, scratch: number, at: number): readonly number[] =>
  slotsOf(type).map((slot, i) => {
    const local = f.local(slot)
    address(f, scratch, at, WIDTH[slot])
    f.memory(`${slot}.load` as Opcode, arrays[i] as number).set(local)
    return local
  })
