/** Sessions as their worker sees them. */
import { afterEach, expect, test, vi } from 'vitest'
import { Board } from '../../src/bridge/board.ts'
import { Session, type Worker } from '../../src/bridge/session.ts'

const NONE = new Set<number>()
const MODULE = 5

const workerAt = (board: Board): Worker => {
  const memory = new ArrayBuffer(4096)
  const views = { words: new Int32Array(memory), doubles: new Float64Array(memory), longs: new BigInt64Array(memory) }
  return { board, views, thread: 1, threads: 2, kernelOf: () => undefined, report: () => {} }
}

/** Whether a worker that waits since `seen` is told. */
const isTold = (board: Board, seen: number): boolean => board.wait(seen, 0)

afterEach(() => {
  vi.restoreAllMocks()
})

test('a worker that lacks the module leaves, and those that wait are told of the job', () => {
  const board = Board.create()
  board.open(0, { job: 64, serial: 1, module: MODULE, slots: 2, asked: 1 })
  const seen = board.version
  expect(isTold(board, seen)).toBe(false)
  expect(new Session(workerAt(board)).run()).toBe(MODULE)
  expect(isTold(board, seen)).toBe(true)
  expect(board.enter(NONE)).toBe(0)
})

test('a session that is over tells those that wait where a job is open, and nobody where none is', () => {
  const board = Board.create()
  board.open(0, { job: 64, serial: 1, module: MODULE, slots: 2, asked: 1 })
  const over = (): number => {
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(1000)
    return new Session(workerAt(board)).run()
  }
  let seen = board.version
  expect([over(), isTold(board, seen)]).toEqual([0, true])
  board.close(0)
  seen = board.version
  expect([over(), isTold(board, seen)]).toEqual([0, false])
})
