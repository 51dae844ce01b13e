/** Sizes in, tasks out. */
import { describe, expect, test } from 'vitest'
import { type DividedSizes, TASK_OPTIONS, type TaskOptions, tasksOf, wholeInputs } from '../../../src/execute/exchange/tasks.ts'

const options: TaskOptions = { ...TASK_OPTIONS, taskBytes: 300, skewBytes: 100 }
/** Rows of ten bytes. */
const input = (bytes: readonly number[], splits = false): DividedSizes => ({ rows: bytes.map((b) => b / 10), bytes, splits })
/** Of each task and input: `1` a whole partition, `2:0-30` rows of one. */
const shown = (inputs: readonly DividedSizes[], with_ = options) =>
  tasksOf(inputs, with_).tasks.map((task) => task.map((pieces, i) => pieces.map((p) => (p.from === 0 && p.to === inputs[i]!.rows[p.partition] ? `${p.partition}` : `${p.partition}:${p.from}-${p.to}`)).join(' ')))

describe('tasks by size', () => {
  test('all that fits one task is one', () => {
    expect(shown([input([10, 20, 30])])).toEqual([['0 1 2']])
  })
  test('neighbours are coalesced up to the target', () => {
    expect(shown([input([100, 200, 10, 290, 150, 160])])).toEqual([['0 1'], ['2 3'], ['4'], ['5']])
    expect(tasksOf([input([100, 200, 10, 290, 150, 160])], options).coalesced).toEqual({ partitions: 4, tasks: 2 })
  })
  test('the sizes of all inputs count', () => {
    expect(shown([input([100, 100, 100]), input([100, 100, 100])])).toEqual([['0', '0'], ['1', '1'], ['2', '2']])
    expect(shown([input([100, 100, 100]), input([50, 50, 50])])).toEqual([['0 1', '0 1'], ['2', '2']])
  })
  test('a small rest joins the task before it, as long as that is not much too large', () => {
    expect(shown([input([290, 20])])).toEqual([['0 1']])
    expect(shown([input([290, 70])])).toEqual([['0'], ['1']])
  })
  test('partitions without rows are in no task, and without any row there is one', () => {
    expect(shown([input([0, 300, 0, 300, 0])])).toEqual([['1'], ['3']])
    expect(shown([input([0, 0])])).toEqual([['']])
    expect(shown([])).toEqual([[]])
  })
  test('a skewed partition is split where that is allowed, and the other side repeated', () => {
    const left = [10, 20, 900, 10, 10]
    const right = [10, 10, 20, 10, 10]
    expect(shown([input(left, true), input(right)])).toEqual([['0 1', '0 1'], ['2:0-30', '2'], ['2:30-60', '2'], ['2:60-90', '2'], ['3 4', '3 4']])
    expect(tasksOf([input(left, true), input(right)], options).split).toEqual([{ input: 0, partition: 2, pieces: 3 }])
    expect(shown([input(left), input(right, true)])).toEqual([['0 1', '0 1'], ['2', '2'], ['3 4', '3 4']])
  })
  test('pieces of both sides meet each other', () => {
    expect(shown([input([10, 600, 10], true), input([10, 600, 10], true)])).toEqual([['0', '0'], ['1:0-30', '1:0-30'], ['1:0-30', '1:30-60'], ['1:30-60', '1:0-30'], ['1:30-60', '1:30-60'], ['2', '2']])
  })
  test('skewed is what is above both bounds', () => {
    // Five times the median is no skew, nor is what is below the threshold.
    expect(tasksOf([input([100, 100, 500], true)], options).split).toEqual([])
    expect(tasksOf([input([100, 100, 510], true)], options).split).toEqual([{ input: 0, partition: 2, pieces: 2 }])
    expect(tasksOf([input([100, 100, 510], true)], { ...options, skewBytes: 510 }).split).toEqual([])
  })
  test('pieces are no smaller than what partitions are otherwise', () => {
    expect(tasksOf([input([400, 400, 2400], true)], options).split).toEqual([{ input: 0, partition: 2, pieces: 6 }])
  })
  test('a row is not cut', () => {
    expect(shown([{ rows: [1, 1, 2], bytes: [10, 10, 9000], splits: true }])).toEqual([['0 1'], ['2:0-1'], ['2:1-2']])
  })
  test('pieces are about equal in bytes, not in rows', () => {
    // Three rows of 100 bytes, then sixty of ten.
    const starts = [0, 100, 200, ...Array.from({ length: 61 }, (_, i) => 300 + 10 * i)]
    const of: DividedSizes = { rows: [1, 63, 1], bytes: [10, 900, 10], splits: true, bytesBefore: (p, row) => (p === 1 ? starts[row]! : row * 10) }
    expect(shown([of])).toEqual([['0'], ['1:0-3'], ['1:3-33'], ['1:33-63'], ['2']])
    expect(tasksOf([of], options).split).toEqual([{ input: 0, partition: 1, pieces: 3 }])
    // The nearest bound between rows; a row that is longer than a piece is one.
    const long: DividedSizes = { rows: [4, 1, 1], bytes: [1000, 10, 10], splits: true, bytesBefore: (p, row) => (p === 0 ? [0, 20, 920, 960][row]! : 0) }
    expect(shown([long])).toEqual([['0:0-1'], ['0:1-2'], ['0:2-4'], ['1 2']])
  })
  test('every row is read once', () => {
    for (let seed = 1; seed < 40; seed++) {
      const bytes = Array.from({ length: seed }, (_, i) => ((Math.imul(i + 1, seed * 0x9e3779b1) >>> 8) % (i % 7 === 0 ? 500 : 40)) * 10)
      const of = [input(bytes, true)]
      const read = bytes.map(() => 0)
      for (const [pieces] of tasksOf(of, options).tasks) for (const { partition, from, to } of pieces!) {
        expect(from).toBe(read[partition])
        read[partition] = to
      }
      expect(read).toEqual(of[0]!.rows)
    }
  })
})

describe('inputs that are read whole', () => {
  const any = () => true
  test('the small ones, but one stays divided', () => {
    expect(wholeInputs([100, 5, 7], { ...options, broadcastBytes: 10 }, any)).toEqual(new Set([1, 2]))
    expect(wholeInputs([100, 5, 70], { ...options, broadcastBytes: 10 }, any)).toEqual(new Set([1]))
    expect(wholeInputs([5, 7], { ...options, broadcastBytes: 10 }, any)).toEqual(new Set([0]))
    expect(wholeInputs([5], { ...options, broadcastBytes: 10 }, any)).toEqual(new Set())
  })
  test('where the plan allows it', () => {
    expect(wholeInputs([5, 7, 100], { ...options, broadcastBytes: 10 }, (of) => !of.has(0))).toEqual(new Set([1]))
  })
})
