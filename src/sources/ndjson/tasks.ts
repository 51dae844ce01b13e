/** What workers do with JSON: find out what values a text holds, where it may be cut, and scan it into columns. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { CallScope } from '../../bridge/worker.ts'
import { ArcweldError } from '../../errors.ts'
import { textAt } from '../../layout/memory.ts'
import type { NestedFunctions, Workspace } from '../../layout/nested-nodes.ts'
import type { Arena } from '../../layout/relation.ts'
import { typeName } from '../../layout/types.ts'
import type { PartColumn, TextScope } from '../text/columns.ts'
import { CellReader, contextOf } from '../text/reader.ts'
import { Scratch } from '../text/scratch.ts'
import { type CutResult, type CutTask, type Fault, type InferResult, type InferTask, type Layout, MOST_DEPTH, type ScanResult, type ScanTask } from './chunk-task.ts'
import { inferShape } from './infer.ts'
import { misfits } from './misfits.ts'
import { type CellFunctions, Misfit, packNested } from './nested-part.ts'
import { emptyShape, type Reading, typeOf, wantedOf } from './shape.ts'
import { placeText, type PlacedText } from './stretch.ts'
import { TextState } from './text.ts'
import { type JsonFunctions, TreeNode, type Wanted } from './tree.ts'

const stateOf = (arena: Arena, { address, length }: PlacedText, layout: Layout, lease: number): TextState =>
  new TextState(arena, { address, length, lines: layout !== 'lines', depth: MOST_DEPTH, lease })

const runtimeOf = (scope: CallScope): JsonFunctions & CellFunctions & NestedFunctions => scope.runtime as unknown as JsonFunctions & CellFunctions & NestedFunctions

const guarded = <T>(run: () => T): T | Fault => {
  try {
    return run()
  } catch (error) {
    if (error instanceof ArcweldError && error.code === 'MEMORY_EXCEEDED') return { ok: false, code: 'MEMORY_EXCEEDED', message: error.message, at: 0 }
    // So the runtime traps where it is refused memory.
    if (error instanceof WebAssembly.RuntimeError && error.message.includes('unreachable')) return { ok: false, code: 'MEMORY_EXCEEDED', message: 'a text needs more memory than it may have', at: 0 }
    throw error
  }
}

const TAPE_ROOM = 1 << 16

/** What the first values of a text are, and how they stand in it. */
export const inferText = (task: InferTask, scope: CallScope): InferResult | Fault =>
  guarded(() => {
    const arena = scope.arena(task.scratch)
    const runtime = runtimeOf(scope)
    const text = placeText(task.stretch, scope, task.scratch)
    const begin = text.address + bomBytes(scope, text)
    const infer = (layout: Layout, from: number) => {
      const state = stateOf(arena, text, layout, task.scratch)
      state.openTape(arena, TAPE_ROOM)
      return { ...inferShape(state, runtime, scope.memory.buffer, from, task.most, layout === 'commas'), layout, state }
    }
    const first = firstByte(scope, text, begin)
    let found = infer(task.layout ?? 'lines', begin)
    if (task.layout === undefined) {
      // one that is no JSON is told as what it begins as
      const array = first.byte === BRACKET && (soleArray(scope, stateOf(arena, text, 'values', task.scratch), first.at, text, task.whole) || (found.faulty && found.rows === 0))
      if (array) found = firstByte(scope, text, first.at + 1).byte === CLOSE ? { ...found, shape: emptyShape(), rows: 0, faulty: false, layout: 'commas' } : infer('commas', first.at + 1)
      else if (found.faulty) {
        const values = infer('values', begin)
        if (values.rows > found.rows) found = values
      }
    }
    const values = found.layout === 'commas' ? (task.layout === undefined ? first.at + 1 : begin) : begin
    const fault = found.faulty ? found.state.fault : undefined
    // What stands near the end of a text that goes on may only be cut off.
    const told = fault && (task.whole || fault.at < text.length - CUT_OFF)
    return {
      ok: true, shape: found.shape, rows: found.rows, bytes: found.bytes, layout: found.layout, begin: text.offset + values - text.address,
      fault: told ? { ok: false, code: 'INVALID_JSON', message: fault.message, at: text.offset + fault.at } : undefined,
    }
  })

const BRACKET = 0x5b
const CLOSE = 0x5d
/** Longer than an escape. */
const CUT_OFF = 16

/** Of a byte-order mark at the beginning of a file. */
const bomBytes = ({ memory }: CallScope, { address, length, offset }: PlacedText): number => {
  const bytes = new Uint8Array(memory.buffer, address, Math.min(3, length))
  return offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

const firstByte = ({ memory }: CallScope, { address, length }: PlacedText, from: number): { byte: number | undefined; at: number } => {
  const bytes = new Uint8Array(memory.buffer, 0, address + length)
  let at = from
  while (at < bytes.length && isSpace(bytes[at])) at++
  return { byte: bytes[at], at }
}

/** Whether the array at `at` is all of the text: nothing follows it, or it goes on beyond what is there. */
const soleArray = (scope: CallScope, state: TextState, at: number, text: PlacedText, whole: boolean): boolean => {
  state.openTape(scope.arena(state.lease), TAPE_ROOM)
  const end = runtimeOf(scope).json_tape(state.address | 0, at | 0) >>> 0
  if (end === 0) return !whole || state.fault.at === text.length
  return firstByte(scope, text, end).byte === undefined && whole
}

/** Bytes read at once for cutting. */
const CUT_READ = 1 << 20

/** Cuts a file from `from` on into parts of at least `bytes` bytes, up to the bracket that closes depth 1 where values stand between commas. */
export const cutText = (task: CutTask, scope: CallScope): CutResult | Fault =>
  guarded(() => {
    const arena = scope.arena(task.scratch)
    const runtime = runtimeOf(scope)
    const cut = arena.allocate(16) >>> 0
    const words = new Uint32Array(scope.memory.buffer, cut, 4)
    if (task.commas) words[0] = 1
    const room = scope.reserve(task.scratch, CUT_READ + 64) >>> 0
    const memory = textAt(scope.memory.buffer, 0, scope.memory.buffer.byteLength)
    const ends: number[] = []
    let target = task.from + task.bytes
    const file = openSync(task.path, 'r')
    try {
      for (let at = task.from; at < task.to; ) {
        const got = readSync(file, memory, room, Math.min(CUT_READ, task.to - at), at)
        if (got === 0) break
        for (let p = room; p < room + got; ) {
          const stop = runtime.json_cut(cut | 0, p | 0, (room + got) | 0, Math.max(room, Math.min(room + target - at, room + got)) | 0, task.commas ? 1 : 0) >>> 0
          if (words[3] !== 0) {
            const closed = at + words[3]! - room
            return { ok: true, ends, closed, rest: restAfter(file, memory.subarray(room, room + CUT_READ), closed + 1, task.to) }
          }
          if (stop < room + got) {
            ends.push(at + stop - room)
            target = at + stop - room + task.bytes
            p = stop + 1
          } else p = stop
        }
        at += got
      }
    } finally {
      closeSync(file)
    }
    return { ok: true, ends }
  })

/** Where something is from `from` on that is no space. */
const restAfter = (file: number, bytes: Buffer, from: number, to: number): number | undefined => {
  for (let at = from; at < to; ) {
    const got = readSync(file, bytes, 0, Math.min(bytes.length, to - at), at)
    if (got === 0) return undefined
    const odd = bytes.subarray(0, got).findIndex((byte) => !isSpace(byte))
    if (odd >= 0) return at + odd
    at += got
  }
  return undefined
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 9 || byte === 10 || byte === 13

/** Cells of JSON stand for themselves: nothing is quoted, and NULL is no text. */
const FORM = { quote: 0x100, escape: 0x100, nulls: [], quotedNulls: false } as const
const SCRATCH = 1 << 18

/** Scans a text into columns. */
export const scanText = (task: ScanTask, scope: CallScope): ScanResult =>
  guarded((): ScanResult => {
    const arena = scope.arena(task.scratch)
    const runtime = runtimeOf(scope)
    const place = (): { text: PlacedText; begin: number } => {
      const text = placeText(task.stretch, scope, task.scratch)
      return { text, begin: text.address + bomBytes(scope, text) }
    }
    const { text, begin } = place()
    const state = stateOf(arena, text, task.layout, task.scratch)
    const { records, fields } = task.columns
    const asked = new Map(task.asked.map(({ index }, i) => [index, i]))
    const wanted: Wanted = records
      ? { kind: 'struct', keys: fields.map(({ key, value }, i) => ({ name: key, value: asked.has(i) ? wantedOf(value) : undefined })) }
      : wantedOf(fields[0]!.value)
    const root = new TreeNode(arena, wanted, runtime)
    const empty = task.layout === 'commas' && task.mayBeEmpty && firstByte(scope, text, begin).byte === undefined
    if (!empty && runtime.json_scan(state.address | 0, root.address | 0, begin | 0, task.layout === 'commas' ? 1 : 0) === 0) {
      const { message, at } = state.fault
      return { ok: false, code: 'INVALID_JSON', message, at: text.offset + at }
    }
    const whole: Reading = records ? { kind: 'struct', strict: task.columns.strict, fields } : fields[0]!.value
    const unfit = misfits(root, whole, runtime, state.context)
    if (unfit === 'shape') return misfit(task, scope)
    const failed = ({ at, type }: Misfit): ScanResult => ({ ok: false, code: 'CAST_FAILED', message: `a value that is no ${typeName(type)}`, at: text.offset + at - text.address })
    if (unfit) return failed(unfit)
    const rows = root.count
    const textScope: TextScope = { buffer: scope.memory.buffer, runtime: scope.runtime, reserve: scope.reserve }
    const scratch = new Scratch(textScope, task.scratch, { address: scope.reserve(task.scratch, SCRATCH) >>> 0, bytes: SCRATCH })
    const reader = new CellReader(textScope, scratch, contextOf(textScope, scratch), task.lease, FORM)
    const space = workspaceOf(scope, arena, task.scratch, runtime)
    const kept = workspaceOf(scope, scope.arena(task.lease), task.lease, runtime)
    const columns: PartColumn[] = []
    for (const { index, hints } of task.asked) {
      const node = records ? root.children[index]! : root
      const reading = fields[index]!.value
      if (reading.kind === 'json' || reading.kind === 'scalar') {
        const part = reader.read({ words: node.cells, stride: 8, skip: 0 }, rows, { type: typeOf(reading), strict: false, ...hints })
        if (!('row' in part)) {
          columns.push(part)
          continue
        }
        if (reading.kind === 'scalar' && reading.strict) return misfit(task, scope)
        return failed(new Misfit(new Uint32Array(scope.memory.buffer, node.cells + part.row * 8, 1)[0]!, typeOf(reading), false))
      }
      const packed = packNested(node, reading, space, kept, runtime)
      if (packed === 'too long') return { ok: false, code: 'OVERFLOW', message: 'more than 2 GiB of nested values in one part', at: text.offset }
      if (packed instanceof Misfit) return packed.strict ? misfit(task, scope) : failed(packed)
      columns.push({ physical: 'utf8', data: packed.data, validity: packed.nulls > 0 ? packed.validity : 0, aux: packed.offsets })
    }
    return { ok: true, rows, columns }
  })

/** The text is looked at anew, since it was changed where it was scanned. */
const misfit = (task: ScanTask, scope: CallScope): ScanResult => {
  const arena = scope.arena(task.scratch)
  const text = placeText(task.stretch, scope, task.scratch)
  const state = stateOf(arena, text, task.layout, task.scratch)
  state.openTape(arena, TAPE_ROOM)
  const { shape } = inferShape(state, runtimeOf(scope), scope.memory.buffer, text.address + bomBytes(scope, text), Number.POSITIVE_INFINITY, task.layout === 'commas')
  return { ok: 'misfit', shape }
}

const workspaceOf = (scope: CallScope, arena: Arena, lease: number, nested: NestedFunctions): Workspace => ({
  buffer: scope.memory.buffer,
  nested,
  allocate: (bytes) => arena.allocate(bytes),
  reserve: (bytes) => scope.reserve(lease, bytes) >>> 0,
  release: () => {},
})
