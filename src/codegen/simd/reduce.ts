/**
 * One field of a merger in lanes: partial results of the rows of this call, folded into the state at its end. Rows that are
 * masked out leave what they meet; to sums they add zero.
 */
import type { Ir, Scalar } from '../../ir/nodes.ts'
import type { ReductionOp } from '../../ir/reductions.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'
import { emit } from '../expressions.ts'
import type { Scope } from '../scope.ts'
import { operate } from './arithmetic.ts'
import { emitPlain } from './expressions.ts'
import { andMask, blend, type Form, join, type Lanes, make, maskAs, notMask, ODD_WORDS, release, ROWS, SHAPE, widen } from './lanes.ts'
import { emitMasked } from './masked.ts'
import type { ReductionPlan } from './reduction-plan.ts'
import { type LaneScope, under } from './scope.ts'

type LaneType = 'i32' | 'i64' | 'f32' | 'f64'

export interface Reducer {
  /** Evaluates a step's rows in `mask` (undefined: all); the result takes them into the lanes. */
  readonly step: (cx: LaneScope, mask: Lanes | undefined) => () => void
  /** Empties 32-bit sums, every 1024 rows. */
  readonly flush?: (() => void) | undefined
  /** Folds the lanes into the state's locals. */
  readonly close: (state: readonly number[]) => void
}

export const openReducer = (scope: Scope, type: Scalar, plan: ReductionPlan): Reducer => {
  const made = open(scope, type, plan)
  const { when } = plan
  if (!when) return made
  return {
    ...made,
    step: (cx, mask) => {
      const cond = emitPlain(cx, when)
      const rows = andMask(cx.f, cond, mask && { ...mask, owned: false }) as Lanes
      const commit = under(cx, rows, () => made.step(cx, { ...rows, owned: false }))
      return () => {
        commit()
        release(cx.f, rows)
      }
    },
  }
}

const open = (scope: Scope, type: Scalar, plan: ReductionPlan): Reducer => {
  switch (plan.plan) {
    case 'any':
    case 'all':
      return boolean(scope, plan.plan, plan.x)
    case 'count':
      return plan.x || plan.when ? count(scope, type, plan.x) : countRows(scope, type)
    case 'sum':
      return plan.split ? splitSum(scope, plan.x) : sum(scope, type, plan)
    case 'wide':
      return wideSum(scope, plan.x)
    case 'fold':
      return fold(scope, plan)
  }
}

const ZERO: readonly number[] = new Array<number>(16).fill(0)
const accumulators = (f: FunctionBuilder, count: number): readonly number[] =>
  Array.from({ length: count }, () => {
    const local = f.local('v128')
    f.v128(ZERO).set(local)
    return local
  })

/** Pushes one vector for two accumulators. */
const pushBoth = (f: FunctionBuilder, [a, b]: readonly number[], add: Opcode) => f.get(a as number).get(b as number).op(add)

/** state ← state op value, where a value of `from` is on the stack. */
const foldTop = (scope: Scope, type: Scalar, op: ReductionOp, state: readonly number[], from: Scalar, times = 1n): void => {
  const { f } = scope
  const slot = from === 'bool' ? 'i32' : (from as LaneType)
  const local = f.local(slot)
  f.set(local)
  foldLocals(scope, type, op, state, from, [local], times)
  f.free(slot, local)
}
/** state ← state op the value in locals. */
const foldLocals = (scope: Scope, type: Scalar, op: ReductionOp, state: readonly number[], from: Scalar, locals: readonly number[], times = 1n): void => {
  const { f } = scope
  const value: Ir = { ir: 'ident', type: from, name: '#value' }
  const typed: Ir = from === type ? value : { ir: 'cast', type, arg: value }
  const right: Ir = times === 1n ? typed : { ir: 'binary', type, op: '*', left: typed, right: { ir: 'literal', type, value: times } }
  scope.names.set('#value', locals)
  scope.names.set('#state', state)
  emit(scope, { ir: 'binary', type, op, left: { ir: 'ident', type, name: '#state' }, right })
  for (const s of [...state].reverse()) f.set(s)
  scope.names.delete('#value')
  scope.names.delete('#state')
}
/** Folds each lane of the vector in a local. */
const foldLanes = (scope: Scope, type: Scalar, op: ReductionOp, state: readonly number[], vector: number, from: LaneType, times = 1n): void => {
  for (let lane = 0; lane < (from === 'i64' || from === 'f64' ? 2 : 4); lane++) {
    scope.f.get(vector).lane(`${SHAPE[from]}.extract_lane`, lane)
    foldTop(scope, type, op, state, from, times)
  }
}

const boolean = (scope: Scope, plan: 'any' | 'all', x: Ir): Reducer => {
  const { f } = scope
  const [seen] = accumulators(f, 1) as [number]
  return {
    step: (cx, mask) => {
      const kept = mask && { ...mask, owned: false }
      const every = kept && plan === 'any' && x.ir === 'literal' && x.value === true
      const rows = every ? kept : (andMask(f, plan === 'any' ? emitPlain(cx, x) : notMask(f, emitPlain(cx, x)), kept) as Lanes)
      return () => {
        f.get(seen)
        for (const local of new Set(rows.v)) f.get(local).op('v128.or')
        f.set(seen)
        release(f, rows)
      }
    },
    close: (state) => {
      f.get(seen).op('v128.any_true')
      if (plan === 'all') f.op('i32.eqz')
      foldTop(scope, 'bool', plan === 'any' ? '|' : '&', state, 'bool')
    },
  }
}

const countRows = (scope: Scope, type: Scalar): Reducer => {
  const { f } = scope
  const rows = f.local('i64')
  const lanes = accumulators(f, 1)
  f.i64(0n).set(rows)
  return {
    step: (_, mask) => {
      if (mask) return count32(f, lanes[0] as number, mask)
      return () => f.get(rows).i64(BigInt(ROWS)).op('i64.add').set(rows)
    },
    close: (state) => {
      f.get(rows)
      foldTop(scope, type, '+', state, 'i64')
      closeCount(scope, type, state, lanes[0] as number)
    },
  }
}

const count = (scope: Scope, type: Scalar, x: Ir | undefined): Reducer => {
  const { f } = scope
  const [lanes] = accumulators(f, 1) as [number]
  return {
    step: (cx, mask) => count32(f, lanes, andMask(f, x && emitPlain(cx, x), mask && { ...mask, owned: false }) as Lanes),
    close: (state) => closeCount(scope, type, state, lanes),
  }
}
const count32 = (f: FunctionBuilder, lanes: number, rows: Lanes): (() => void) => {
  const masks = maskAs(f, rows, 'm4')
  return () => {
    for (const local of masks.v) f.get(lanes).get(local).op('i32x4.sub').set(lanes)
    release(f, masks)
  }
}
/** Four counts of up to 2^30 each. */
const closeCount = (scope: Scope, type: Scalar, state: readonly number[], lanes: number): void => foldLanes(scope, type, '+', state, lanes, 'i32')

const sum = (scope: Scope, type: Scalar, plan: Extract<ReductionPlan, { plan: 'sum' }>): Reducer => {
  const { f } = scope
  const lanes = accumulators(f, 2)
  const wide = plan.small ? accumulators(f, 2) : lanes
  const add: Opcode = `${SHAPE[plan.type]}.add`
  return {
    step: (cx, mask) => {
      const x = emitMasked(cx, plan.x, mask)
      return () => {
        x.v.forEach((local, k) => f.get(lanes[k & 1] as number).get(local).op(add).set(lanes[k & 1] as number))
        release(f, x)
      }
    },
    flush: plan.small
      ? () => {
          pushBoth(f, lanes, 'i32x4.add').set(lanes[0] as number)
          wide.forEach((local, k) => f.get(local).get(lanes[0] as number).op(k ? 'i64x2.extend_high_i32x4_s' : 'i64x2.extend_low_i32x4_s').op('i64x2.add').set(local))
          for (const local of lanes) f.v128(ZERO).set(local)
        }
      : undefined,
    close: (state) => {
      const from = plan.small ? 'i64' : plan.type
      pushBoth(f, wide, `${SHAPE[from]}.add`).set(wide[0] as number)
      foldLanes(scope, type, '+', state, wide[0] as number, from)
    },
  }
}

/** i64 into i128: low words and high words in 64-bit lanes of their own, which 2^32 rows do not fill. */
const splitSum = (scope: Scope, e: Ir): Reducer => {
  const { f } = scope
  const low = accumulators(f, 2)
  const high = accumulators(f, 2)
  const word = f.local('v128')
  f.i64(0xffffffffn).op('i64x2.splat').set(word)
  return {
    step: (cx, mask) => {
      const x = emitMasked(cx, e, mask)
      return () => {
        x.v.forEach((local, k) => f.get(low[k & 1] as number).get(local).get(word).op('v128.and').op('i64x2.add').set(low[k & 1] as number))
        const tops = widen(f, 'i64', join(f, 'i32', x, () => f.shuffle(ODD_WORDS)), 'i64x2.extend_low_i32x4_s', 'i64x2.extend_high_i32x4_s')
        tops.v.forEach((local, k) => f.get(high[k & 1] as number).get(local).op('i64x2.add').set(high[k & 1] as number))
        release(f, tops)
      }
    },
    close: (state) => {
      for (const local of low) foldLanes(scope, 'i128', '+', state, local, 'i64')
      for (const local of high) foldLanes(scope, 'i128', '+', state, local, 'i64', 1n << 32n)
    },
  }
}

/**
 * 128-bit integers modulo 2^128: both 64-bit halves add up modulo 2^64. What the lower ones carry is known from the sum of their
 * upper words, which 2^32 rows do not fill, and the sum of their lower words, which is the rest.
 */
const wideSum = (scope: Scope, e: Ir): Reducer => {
  const { f } = scope
  const sums = accumulators(f, 2)
  const uppers = accumulators(f, 2)
  return {
    step: (cx, mask) => {
      const x = emitMasked(cx, e, mask)
      return () => {
        x.v.forEach((local, k) => {
          const [sum, upper] = [sums[k & 1], uppers[k & 1]] as [number, number]
          f.get(sum).get(local).op('i64x2.add').set(sum)
          f.get(upper).get(local).i32(32).op('i64x2.shr_u').op('i64x2.add').set(upper)
        })
        release(f, x)
      }
    },
    close: (state) => {
      const [low, high, upper, rest] = [f.local('i64'), f.local('i64'), f.local('i64'), f.local('i64')]
      pushBoth(f, sums, 'i64x2.add').set(sums[0] as number)
      pushBoth(f, uppers, 'i64x2.add').lane('i64x2.extract_lane', 0).set(upper)
      f.get(sums[0] as number).lane('i64x2.extract_lane', 0).tee(low).get(upper).i64(32n).op('i64.shl').op('i64.sub').set(rest)
      f.get(sums[0] as number).lane('i64x2.extract_lane', 1).get(upper).i64(32n).op('i64.shr_u').op('i64.add')
      f.get(low).get(rest).op('i64.lt_u').op('i64.extend_i32_u').op('i64.add').set(high)
      foldLocals(scope, 'i128', '+', state, 'i128', [low, high])
      for (const local of [low, high, upper, rest]) f.free('i64', local)
    },
  }
}

const LEAST = { i32: -2147483648, i64: -(1n << 63n), f32: Number.NEGATIVE_INFINITY, f64: Number.NEGATIVE_INFINITY }
const MOST = { i32: 2147483647, i64: (1n << 63n) - 1n, f32: Number.POSITIVE_INFINITY, f64: Number.POSITIVE_INFINITY }
/** What leaves every value as it is. */
const identityOf = (type: LaneType, op: ReductionOp): number | bigint => {
  const whole = (n: bigint) => (type === 'i64' ? n : Number(n))
  if (op === 'min') return MOST[type]
  if (op === 'max') return LEAST[type]
  return whole(op === '*' ? 1n : op === '&' ? -1n : 0n)
}

const fold = (scope: Scope, { x: e, type, op }: Extract<ReductionPlan, { plan: 'fold' }>): Reducer => {
  const { f } = scope
  const identity = f.local('v128')
  emit(scope, { ir: 'literal', type, value: identityOf(type, op) })
  f.op(`${SHAPE[type]}.splat`).set(identity)
  const lanes: Lanes = { ...make(f, type as Form, () => f.get(identity)), owned: false }
  return {
    step: (cx, mask) => {
      const x = emitPlain(cx, e)
      const folded = operate(f, type, op, lanes, x)
      const made = mask ? blend(f, folded, lanes, { ...mask, owned: false }) : folded
      return () => {
        made.v.forEach((local, k) => f.get(local).set(lanes.v[k] as number))
        release(f, made)
      }
    },
    close: (state) => {
      for (const local of lanes.v) foldLanes(scope, type, op, state, local, type)
    },
  }
}
