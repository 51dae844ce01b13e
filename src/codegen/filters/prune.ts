/**
 * A prune that is a leading step, as a function (ctx, from, to, at) → at over one chunk's rows: it leaves the numbers of those that
 * pass at the context's selection, up to the address it gives. The first step makes the selection of rows from … to, a later one
 * thins out what lies there up to `at`. Both go without a branch.
 *
 * Each worker judges a filter by itself: when of 16K rows more than 7/8 passed, it lets 63 chunks through untested and tries the next.
 */
import { CTX } from '../../ir/context.ts'
import type { Ir, Scalar } from '../../ir/nodes.ts'
import { type Body, type KeyFilter, type Source, stepExpressions } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emit } from '../expressions.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { type Let, neededLets, raises, within } from '../staged-probe.ts'
import { emitTest } from './bits.ts'
import { laneKey, openLaneTest } from './lanes.ts'
import { FILTER, openFilter, PRUNE, type Prune } from './layout.ts'

/** Parameters. */
const FROM = 1
const TO = 2
const AT = 3

/** Rows after which a filter is judged; chunks until one that was put away is tried again. */
const JUDGED = 16384
const WAITS = 64

/** What a kernel's loops do with the leading prunes of its body. */
export interface PruneCode {
  /** Branches out of the block where no row can pass, at the kernel's start. */
  readonly skip: (exit: number) => void
  /** The function of the next one. */
  readonly code: (prune: Prune, lets: readonly Let[], first: boolean) => FunctionBuilder
}

export interface PruneOf {
  readonly prune: Prune
  readonly filter: KeyFilter
  /** The names before it. */
  readonly lets: readonly Let[]
  /** Offset of its counters in the context. */
  readonly offset: number
  /** Whether it makes the selection. */
  readonly first: boolean
}

/** What it evaluates for a row. A name that may raise does so before the row is left out. */
export const readsOfPrune = ({ prune, lets }: Pick<PruneOf, 'prune' | 'lets'>): readonly Ir[] => [prune.key, ...letsOf(lets, prune.key).map((l) => l.value)]
const letsOf = (lets: readonly Let[], key: Ir): readonly Let[] => {
  const raising = lets.filter((l) => raises(l.value))
  const needed = neededLets(lets, [key, ...raising.map((l) => l.value)])
  return lets.filter((l) => raising.includes(l) || needed.includes(l))
}

/** `row`: the local that the source's row is read by; `data` of a column: the local with its address. */
export const emitPrune = (scope: Scope, of: PruneOf, source: Source, rowName: string, row: number, fetch: () => void, data: (column: number) => number): void => {
  const { f } = scope
  const { prune, filter, lets, offset, first } = of
  const raising = lets.some((l) => raises(l.value))
  const selection = f.local('i32')
  const tested = f.local('i32')
  const waits = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.selection).set(selection)
  const done = f.block()
  if (first) f.get(TO).get(FROM).op('i32.sub').set(tested)
  else f.get(AT).get(selection).op('i32.sub').i32(2).op('i32.shr_u').tee(tested).op('i32.eqz').brIf(done)
  f.get(CTX_LOCAL).memory('i32.load', offset + PRUNE.waits).tee(waits).i32(1).op('i32.gt_u').if()
  f.get(CTX_LOCAL).get(waits).i32(1).op('i32.sub').memory('i32.store', offset + PRUNE.waits)
  if (first) emitAll(f, selection, tested)
  f.br(done).end()
  const block = openFilter(f, prune)
  const none = f.block()
  if (!raising) {
    const some = f.block()
    f.get(block).memory('i32.load', FILTER.keys).brIf(some)
    f.get(selection).set(AT).br(none).end()
  }
  const bits = f.local('i32')
  const shift = f.local('i32')
  f.get(block).memory('i32.load', FILTER.bits).set(bits)
  f.get(block).memory('i32.load', FILTER.shift).set(shift)
  const lane = raising ? undefined : laneKey(prune.key, new Map(lets.map((l) => [l.name, l.value])), rowName, source, filter)
  if (lane) {
    const test = { ...openLaneTest(f, lane, filter, bits, shift), data: data(lane.column) }
    if (first) emitLanesOfRange(scope, test, selection, row)
    else emitLanesOfSelection(scope, test, selection, row)
  } else
    emitRows(f, first, selection, row, () => {
      fetch()
      within(scope, letsOf(lets, prune.key), () => {
        emit(scope, prune.key)
        const key = toLocals(f, prune.key.type)
        emitTest(f, scope.callees, filter, prune.key.type as Scalar, key, bits, shift)
        freeLocals(f, prune.key.type, key)
      })
    })
  f.end()
  emitJudgement(f, offset, selection, tested, waits)
  f.end().get(AT)
}

/** All rows as the selection, sixteen at a time. */
const emitAll = (f: FunctionBuilder, selection: number, rows: number): void => {
  const at = f.local('i32')
  const end = f.local('i32')
  const numbers = f.local('v128')
  f.get(FROM).op('i32x4.splat').v128(COUNT).op('i32x4.add').set(numbers)
  f.get(selection).tee(at).get(rows).i32(2).op('i32.shl').op('i32.add').set(end)
  const top = f.loop()
  for (let k = 0; k < 4; k++) {
    f.get(at).get(numbers).memory('v128.store', k * 16)
    f.get(numbers).i32(4).op('i32x4.splat').op('i32x4.add').set(numbers)
  }
  f.get(at).i32(64).op('i32.add').tee(at).get(end).op('i32.lt_u').brIf(top).end()
  f.get(end).set(AT)
}
const COUNT = [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]

/** Row by row: `passes` pushes whether the one in `row` does. */
const emitRows = (f: FunctionBuilder, first: boolean, selection: number, row: number, passes: () => void): void => {
  const cursor = f.local('i32')
  const end = f.local('i32')
  f.get(first ? FROM : selection).set(cursor)
  f.get(first ? TO : AT).set(end)
  f.get(selection).set(AT)
  const done = f.block()
  const top = f.loop()
  f.get(cursor).get(end).op('i32.ge_u').brIf(done)
  f.get(cursor)
  if (!first) f.memory('i32.load')
  f.set(row)
  f.get(AT).get(row).memory('i32.store')
  f.get(AT)
  passes()
  f.i32(2).op('i32.shl').op('i32.add').set(AT)
  f.get(cursor).i32(first ? 1 : 4).op('i32.add').set(cursor).br(top).end().end()
}

type Test = ReturnType<typeof openLaneTest> & { readonly data: number }

/** Pushes the low bits of the mask on the stack, as many as the local `left` says, at most eight. */
const emitOnly = (f: FunctionBuilder, left: number): void => {
  f.i32(255).i32(8).get(left).op('i32.sub').i32(0).get(left).i32(8).op('i32.lt_u').op('select').op('i32.shr_u').op('i32.and')
}

const emitLanesOfRange = ({ f, callees }: Scope, test: Test, selection: number, row: number): void => {
  const table = f.local('i32')
  const mask = f.local('i32')
  const left = f.local('i32')
  const positions = f.local('v128')
  const numbers = f.local('v128')
  f.get(CTX_LOCAL).call(callees.runtime('mask_positions')).set(table)
  f.get(FROM).set(row)
  f.get(selection).set(AT)
  const top = f.loop()
  test.range(test.data, row)
  f.get(TO).get(row).op('i32.sub').set(left)
  test.bits()
  emitOnly(f, left)
  f.tee(mask).i32(3).op('i32.shl').get(table).op('i32.add').memory('v128.load8x8_u').set(positions)
  f.get(row).op('i32x4.splat').set(numbers)
  f.get(AT).get(positions).op('i32x4.extend_low_i16x8_u').get(numbers).op('i32x4.add').memory('v128.store')
  f.get(AT).get(positions).op('i32x4.extend_high_i16x8_u').get(numbers).op('i32x4.add').memory('v128.store', 16)
  f.get(AT).get(mask).op('i32.popcnt').i32(2).op('i32.shl').op('i32.add').set(AT)
  f.get(row).i32(8).op('i32.add').tee(row).get(TO).op('i32.lt_u').brIf(top).end()
}

/** Behind the last row, the selection is read on: of its first row, so that it is one of the column's. */
const emitLanesOfSelection = ({ f, callees }: Scope, test: Test, selection: number, cursor: number): void => {
  const table = f.local('i32')
  const mask = f.local('i32')
  const left = f.local('i32')
  const end = f.local('i32')
  const rows = [f.local('v128'), f.local('v128')]
  const kept = AT
  f.get(CTX_LOCAL).call(callees.runtime('mask_lanes')).set(table)
  f.get(AT).set(end)
  f.get(selection).tee(cursor).set(kept)
  const none = f.block()
  f.get(cursor).get(end).op('i32.ge_u').brIf(none)
  for (const k of [0, 16]) f.get(end).get(selection).memory('i32.load').op('i32x4.splat').memory('v128.store', k)
  const top = f.loop()
  rows.forEach((local, k) => f.get(cursor).memory('v128.load', k * 16).set(local))
  test.gather(test.data, cursor)
  f.get(end).get(cursor).op('i32.sub').i32(2).op('i32.shr_u').set(left)
  test.bits()
  emitOnly(f, left)
  f.set(mask)
  // What is stored behind the last row kept lies before the next eight that are read.
  f.get(kept).get(rows[0] as number).get(mask).i32(4).op('i32.shl').i32(0xf0).op('i32.and').get(table).op('i32.add').memory('v128.load').op('i8x16.swizzle').memory('v128.store')
  f.get(kept).get(mask).i32(0xf).op('i32.and').op('i32.popcnt').i32(2).op('i32.shl').op('i32.add')
  f.get(rows[1] as number).get(mask).i32(0xf0).op('i32.and').get(table).op('i32.add').memory('v128.load').op('i8x16.swizzle').memory('v128.store')
  f.get(kept).get(mask).op('i32.popcnt').i32(2).op('i32.shl').op('i32.add').set(kept)
  f.get(cursor).i32(32).op('i32.add').tee(cursor).get(end).op('i32.lt_u').brIf(top).end()
  f.end()
}

/** Counts, and puts the filter away where it leaves out too little, or takes it up again. */
const emitJudgement = (f: FunctionBuilder, offset: number, selection: number, tested: number, waits: number): void => {
  const passed = f.local('i32')
  const add = (counter: number, by: number) => f.get(CTX_LOCAL).get(CTX_LOCAL).memory('i32.load', offset + counter).get(by).op('i32.add').memory('i32.store', offset + counter)
  const set = (counter: number, push: () => void) => {
    f.get(CTX_LOCAL)
    push()
    f.memory('i32.store', offset + counter)
  }
  /** Pushes how long to wait, by how many rows of how many passed. */
  const wait = (many: () => void, of: () => void) => {
    f.i32(WAITS).i32(0)
    many()
    f.i32(3).op('i32.shl')
    of()
    f.i32(7).op('i32.mul').op('i32.gt_u').op('select')
  }
  f.get(AT).get(selection).op('i32.sub').i32(2).op('i32.shr_u').set(passed)
  add(PRUNE.tested, tested)
  add(PRUNE.passed, passed)
  f.get(waits).if()
  set(PRUNE.waits, () => wait(() => f.get(passed), () => f.get(tested)))
  f.else()
  add(PRUNE.recentTested, tested)
  add(PRUNE.recentPassed, passed)
  f.get(CTX_LOCAL).memory('i32.load', offset + PRUNE.recentTested).i32(JUDGED).op('i32.ge_u').if()
  const recent = (counter: number) => () => f.get(CTX_LOCAL).memory('i32.load', offset + counter)
  set(PRUNE.waits, () => wait(recent(PRUNE.recentPassed), recent(PRUNE.recentTested)))
  set(PRUNE.recentTested, () => f.i32(0))
  set(PRUNE.recentPassed, () => f.i32(0))
  f.end().end()
}

/** Where the build side of a leading prune, at `offsets` in the body's order, has no key at all, no row passes: nothing is done but counting. */
export const emitSkip = (f: FunctionBuilder, body: Body, offsets: readonly number[], exit: number): void => {
  let next = 0
  for (let b = body; b.body === 'let' || b.body === 'if' || b.body === 'prune'; b = b.next) {
    if (stepExpressions(b).some(raises)) return
    if (b.body !== 'prune') continue
    const tested = (offsets[next++] as number) + PRUNE.tested
    const block = openFilter(f, b)
    f.get(block).memory('i32.load', FILTER.keys).op('i32.eqz').if()
    f.get(CTX_LOCAL).get(CTX_LOCAL).memory('i32.load', tested).get(TO).get(FROM).op('i32.sub').op('i32.add').memory('i32.store', tested)
    f.br(exit).end()
    f.free('i32', block)
  }
}
