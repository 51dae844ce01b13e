/** The board of open jobs, as one thread sees it. */
import { expect, test } from 'vitest'
import { Board } from '../../src/bridge/board.ts'

const NONE = new Set<number>()
const post = (serial: number, slots = 2, asked = 1) => ({ job: 2 ** 31 + serial * 16, serial, module: serial, slots, asked })

test('a job is entered while it is open and asks for workers', () => {
  const board = Board.create()
  expect(board.enter(NONE)).toBe(-1)
  board.open(0, post(7))
  expect([board.job(0), board.serial(0), board.module(0), board.wanted(0)]).toEqual([2 ** 31 + 112, 7, 7, 1])
  expect(board.enter(new Set([0]))).toBe(-1)
  expect(board.enter(NONE)).toBe(0)
  expect(board.enter(NONE)).toBe(-1)
  expect([board.ask(0, 5), board.ask(0, 2)]).toEqual([true, false])
  expect([board.wanted(0), board.enter(NONE), board.enter(NONE)]).toEqual([2, 0, -1])
  expect(board.leave(0)).toBe(false)
  board.close(0)
  expect([board.isOpen(0), board.isLeft(0), board.anyOpen, board.wanted(0), board.enter(NONE)]).toEqual([false, false, false, 0, -1])
  expect(board.leave(0)).toBe(true)
  expect(board.isLeft(0)).toBe(true)
})

test('the job that has had least is next, a new one does not wait for what was before it', () => {
  const board = Board.create()
  board.open(0, post(1))
  board.open(1, post(2))
  const turn = (ms: number): number => {
    const place = board.enter(NONE)
    board.charge(place, ms)
    board.leave(place)
    return place
  }
  expect([turn(5), turn(5), turn(5), turn(1), turn(1), turn(1)]).toEqual([0, 1, 0, 1, 1, 1])
  expect([board.isBehind(0, false), board.isBehind(1, false)]).toEqual([true, false])
  for (let i = 0; i < 1000; i++) turn(5)
  board.open(2, post(3))
  const turns = Array.from({ length: 30 }, () => turn(5))
  expect(turns.slice(0, 3)).toContain(2)
  for (const place of [0, 1, 2]) expect(turns.filter((p) => p === place).length).toBeGreaterThanOrEqual(9)
})

test('times wrap', () => {
  const board = Board.create()
  board.open(0, post(1))
  board.open(1, post(2))
  const turns = [0, 0]
  // Twelve days of each job.
  for (let i = 0; i < 600; i++) {
    const place = board.enter(NONE)
    turns[place] = (turns[place] as number) + 1
    board.charge(place, 3_600_000)
    board.leave(place)
  }
  expect(turns).toEqual([300, 300])
  board.open(2, post(3))
  expect(board.enter(new Set([0, 1]))).toBe(2)
  board.charge(2, 1)
  expect([board.isBehind(0, false), board.isBehind(2, true)]).toEqual([false, true])
})

test('a job that nobody works on, and functions that wait', () => {
  const board = Board.create()
  board.open(0, post(1, 2, 2))
  board.open(1, post(2, 2, 2))
  expect(board.enter(NONE)).toBe(0)
  board.charge(0, 3)
  expect(board.isBehind(0, true)).toBe(true)
  expect(board.enter(NONE)).toBe(1)
  expect([board.isBehind(0, true), board.isBehind(0, false)]).toEqual([false, true])
  const before = board.version
  board.callsWait(2)
  expect(board.version).not.toBe(before)
  expect([board.callWaits, board.yieldsToCall(), board.yieldsToCall(), board.yieldsToCall(), board.callWaits]).toEqual([true, true, true, false, false])
})
