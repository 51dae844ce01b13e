/**
 * The examples of docs/IR.md. ```weld is a kernel; the list behind it gives inputs and result (`a`, `b` → `c`, as JSON) or the code
 * of the error. ```weld refused is followed by the message, ```weld program is a printed program.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ArcweldError } from '../../src/errors.ts'
import type { KernelValue } from '../../src/kernel/load.ts'
import { compileKernel } from '../../src/kernel/kernel.ts'
import { printProgram } from '../../src/ir/print.ts'
import { parse, parseKernel, print, printExpr } from '../../src/language/index.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { fencedBlocks } from './blocks.ts'

const markdown = readFileSync(new URL('../../docs/IR.md', import.meta.url), 'utf8')
const lines = markdown.split('\n')
const blocks = fencedBlocks(markdown)
const runtime = () => WebAssembly.compile(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))

interface Example {
  readonly inputs: readonly unknown[]
  readonly expected: unknown
  readonly error: string | undefined
}
/** - `1`, `2` → `3` */
const EXAMPLE = /^- ((?:`[^`]*`(?:, )?)*) ?→ (?:`(.*)`|([A-Z_]+))$/

const examplesAfter = (line: number, text: string): Example[] => {
  const found: Example[] = []
  let at = line + text.split('\n').length + 1
  while (lines[at] === '') at++
  for (; lines[at]?.startsWith('- '); at++) {
    const match = EXAMPLE.exec(lines[at]!)
    if (!match) throw new Error(`line ${at + 1}: expected \`inputs\` → \`result\``)
    const inputs = [...match[1]!.matchAll(/`([^`]*)`/g)].map((m) => JSON.parse(m[1]!))
    found.push({ inputs, expected: match[2] === undefined ? undefined : JSON.parse(match[2]), error: match[3] })
  }
  return found
}

/** As JSON has it: what it cannot hold as text. */
const shown = (value: KernelValue): unknown => {
  if (value instanceof Map) return [...value].map(([key, v]) => ({ key: shown(key), value: shown(v) }))
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}

describe('docs/IR.md', () => {
  for (const block of blocks.filter((b) => b.info.join(' ') === 'weld')) {
    const examples = examplesAfter(block.line, block.text)
    describe(`line ${block.line}`, () => {
      it('is read, checked and printed', () => {
        expect(examples.length, 'inputs and results follow').toBeGreaterThan(0)
        expect(print(parse(print(parse(block.text))))).toBe(print(parse(block.text)))
        const text = printExpr(parseKernel(block.text))
        expect(printExpr(parseKernel(text))).toBe(text)
      })
      it.each(examples.map((e) => [`${e.inputs.map((i) => JSON.stringify(i)).join(', ')} → ${e.error ?? JSON.stringify(e.expected)}`, e] as const))('%s', async (_, { inputs, expected, error }) => {
        const kernel = compileKernel(block.text, { file: 'kernel.weld' }, runtime)
        try {
          const outcome = await kernel.run(...inputs).catch((e: unknown) => e)
          if (outcome instanceof ArcweldError) expect(outcome.code, outcome.message).toBe(error)
          else if (outcome instanceof Error) throw outcome
          else {
            const { value } = outcome as { value: KernelValue }
            expect(error).toBeUndefined()
            expect(shown(value)).toEqual(expected)
          }
        } finally {
          kernel.close()
        }
      })
    })
  }

  blocks.forEach((block, i) => {
    if (block.info.join(' ') === 'weld refused') {
      it(`line ${block.line} is refused with the message that follows`, () => {
        let message: unknown
        try {
          parseKernel(block.text, 'kernel.weld')
        } catch (error) {
          message = (error as Error).message
        }
        expect(message).toBe(blocks[i + 1]?.text)
      })
    }
    if (block.info.join(' ') === 'weld program') {
      it(`line ${block.line} is a program, printed as it stands`, () => {
        expect(printProgram(parseProgram(block.text)).trimEnd()).toBe(block.text)
      })
    }
  })
})
