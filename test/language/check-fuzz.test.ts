/** Whatever the text: it is a kernel, or an IrError with a place in it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { IrError } from '../../src/errors.ts'
import { parseKernel, parseStatements, print, printExpr } from '../../src/language/index.ts'
import { fencedBlocks } from '../docs/blocks.ts'
import { testSeed } from '../seed.ts'
import { Random } from './random-input.ts'
import { randomSyntax } from './random-text.ts'

const SEED = testSeed()
const CASES = Number(process.env['ARCWELD_FUZZ_N'] || 3000)
const blocks = fencedBlocks(readFileSync(new URL('../../docs/IR.md', import.meta.url), 'utf8')).filter((b) => b.info[0] === 'weld')
const KERNELS = blocks.filter((b) => b.info.length === 1).map((b) => b.text)
const PROGRAMS = blocks.filter((b) => b.info[1] === 'program').map((b) => b.text)
const PIECES = ['(', ')', '{', '}', '[', ']', '|', ',', ';', '.$0', '.$1', ' ', '1', '1L', '-', '!', '?', '@(size: 1)', 'b', 'n', 'v', 'let x = 1; ', 'result', 'merge', 'i64', '"', '#', '&&', 'staged[8]', 'appender', '_', '\n', '$0']

const outcome = (read: () => unknown, where: string): boolean => {
  try {
    read()
    return true
  } catch (error) {
    expect(error, where).toBeInstanceOf(IrError)
    const { line, column, message, code } = error as IrError
    expect(['IR_SYNTAX', 'IR_TYPE'], where).toContain(code)
    expect(line, where).toBeGreaterThan(0)
    expect(column, where).toBeGreaterThan(0)
    expect(message, where).toMatch(/^text:\d+:\d+: expected [^]+\n[^\n]*\n[ \t]*\^$/)
    return false
  }
}

/** A few characters gone, put in, or taken from elsewhere. */
const damaged = (text: string, random: Random): string => {
  let made = text
  for (let n = 1 + random.below(3); n > 0; n--) {
    const from = random.below(made.length + 1)
    const to = Math.min(made.length, from + random.below(4))
    const other = random.below(made.length + 1)
    const piece = random.chance(0.3) ? '' : random.chance(0.7) ? random.pick(PIECES) : made.slice(other, other + random.below(12))
    made = made.slice(0, from) + piece + made.slice(to)
  }
  return made
}

describe('texts at random', () => {
  it('damaged kernels are told where', () => {
    const random = new Random(SEED)
    let read = 0
    for (let i = 0; i < CASES; i++) {
      const text = damaged(random.pick(KERNELS), random)
      const where = `SEED=${SEED}, case ${i}:\n${text}`
      const checked = outcome(() => {
        const printed = printExpr(parseKernel(text))
        expect(printExpr(parseKernel(printed)), where).toBe(printed)
      }, where)
      if (checked) read++
    }
    expect(read).toBeGreaterThan(CASES / 100)
    expect(read).toBeLessThan(CASES / 2)
  })
  it('damaged programs are told where', () => {
    const random = new Random(SEED)
    for (let i = 0; i < CASES / 4; i++) {
      const text = damaged(random.pick(PROGRAMS), random)
      outcome(() => parseStatements(text), `SEED=${SEED}, case ${i}:\n${text}`)
    }
  })
  it('trees of any kind are told where they do not check', () => {
    const random = new Random(SEED)
    for (let i = 0; i < CASES; i++) {
      const text = `|a: i64, b: {i64, vec[i32]}| ${print(randomSyntax(() => random.next(), 1 + (i % 4)))}`
      outcome(() => parseKernel(text), `SEED=${SEED}, case ${i}:\n${text}`)
    }
  })
})
