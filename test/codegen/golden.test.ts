/** IR text and WAT of representative stages, to be read when they change. UPDATE_GOLDENS=1 writes them anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import wabt from 'wabt'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { encodeStage, lowerStage } from '../../src/compile.ts'
import type { Ir } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Program } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import { cutStages, outputOf } from '../../src/plan/stages.ts'
import { columnsOf, STAGES } from './stages.ts'

const UPDATE = process.env['UPDATE_GOLDENS'] === '1'
const folder = new URL('./golden/', import.meta.url)

const golden = (file: string, text: string): void => {
  const path = new URL(file, folder)
  if (UPDATE) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
  }
  expect(existsSync(path), `${file} is missing: UPDATE_GOLDENS=1 writes it`).toBe(true)
  expect(text).toBe(readFileSync(path, 'utf8'))
}

const FEATURES = { threads: true, simd: true, multi_value: true, bulk_memory: true, sat_float_to_int: true, sign_extension: true }

/** The module's text; wabt has read and validated it. */
const disassembled = async (bytes: Uint8Array): Promise<string> => {
  const module = (await wabt()).readWasm(bytes, { ...FEATURES, readDebugNames: false })
  try {
    // Its types leave the argument out.
    ;(module as unknown as { validate(features: object): void }).validate(FEATURES)
    module.applyNames()
    return module.toText({ foldExprs: true, inlineExport: true })
  } finally {
    module.destroy()
  }
}

const field = (type: 'i32' | 'i64' | '?i64' | 'i128' | 'str', index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const add = (left: Ir, right: Ir): Ir => ({ ir: 'binary', type: 'i64', op: '+', left, right })
const over = (parameter: Ir): Ir => ({ ir: 'binary', type: 'bool', op: '>', left: field('i32', 0), right: parameter })
/** What no plan of columns asks for: rows as sources and results. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  // select sum(b) where a > $0, rows of one stride
  'rows-filter-sum': {
    pipelines: [
      {
        operators: [], row: 'n', source: { source: 'rows', relation: 0, fields: [{ physical: 'i32', nullable: false }, { physical: 'i64', nullable: false }, { physical: 'i16', nullable: false }] },
        builder: { builder: 'merger', state: [{ type: 'i64', init: { ir: 'literal', type: 'i64', value: 0n } }], combine: [add(field('i64', 0, 'a'), field('i64', 0, 'b'))] },
        body: { body: 'if', cond: over({ ir: 'param', type: 'i32', index: 0 }), next: { body: 'merge', key: [], values: [add(field('i64', 0, 's'), field('i64', 1))] } },
      },
    ],
  },
  // Rows by offsets: text, a NULL and a wide decimal as columns.
  'rows-project': {
    pipelines: [
      {
        operators: [], row: 'n', source: { source: 'rows', relation: 0, fields: [{ physical: 'utf8', nullable: false }, { physical: 'i64', nullable: true }, { physical: 'i128', nullable: false }] },
        builder: { builder: 'appender', fields: [{ type: 'str', physical: 'slice' }, { type: '?i64', physical: 'i64' }, { type: 'i128', physical: 'i128' }], counted: false },
        body: { body: 'merge', key: [], values: [field('str', 0), field('?i64', 1), field('i128', 2)] },
      },
    ],
  },
  // The same as rows again.
  'rows-write': {
    pipelines: [
      {
        operators: [], row: 'n', source: { source: 'rows', relation: 0, fields: [{ physical: 'utf8', nullable: false }, { physical: 'i64', nullable: true }, { physical: 'i128', nullable: false }] },
        builder: { builder: 'appender', fields: [{ type: 'str', physical: 'utf8' }, { type: '?i64', physical: 'i64' }, { type: 'i128', physical: 'i128' }], counted: false, layout: 'row' },
        body: { body: 'merge', key: [], values: [field('str', 0), field('?i64', 1), field('i128', 2)] },
      },
    ],
  },
}

describe('goldens', () => {
  for (const [name, plan] of Object.entries(STAGES)) {
    it(name, async () => {
      const [stage] = cutStages(plan, () => true)
      if (!stage) throw new Error('no stage')
      const inputs = leavesOf(stage.root).map((node, i) => ({ node, columns: columnsOf(outputOf(node).map((c) => c.name)), rows: i === 0 ? 3_000_000 : 1000 }))
      const { lowered, refusals } = lowerStage(stage, inputs) as Extract<ReturnType<typeof lowerStage>, { lowered: unknown }> & { refusals?: unknown }
      expect(refusals).toBeUndefined()
      verifyProgram(lowered.program, { params: lowered.params.map((p) => p.type), memos: lowered.memos.length })
      const { bytes, functionSizes } = encodeStage(lowered)
      golden(`${name}.ir`, lowered.shape)
      golden(`${name}.wat`, await disassembled(bytes))
      // TurboFan is superlinear in a function's size.
      expect(Math.max(...functionSizes)).toBeLessThan(4096)
    })
  }

  for (const [name, written] of Object.entries(PROGRAMS)) {
    it(name, async () => {
      const program = optimise(written)
      verifyProgram(program, { params: ['i32'], memos: 0 })
      golden(`${name}.ir`, printProgram(program))
      golden(`${name}.wat`, await disassembled(encodeProgram(program, ['i32'], layoutContext(program, 0)).bytes))
    })
  }
})
