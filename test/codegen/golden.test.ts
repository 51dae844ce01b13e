/** IR text and WAT of representative stages, to be read when they change. UPDATE_GOLDENS=1 writes them anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import wabt from 'wabt'
import { encodeStage, lowerStage } from '../../src/compile.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
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

const FEATURES = { threads: true, simd: true, multi_value: true, bulk_memory: true, sat_float_to_int: true }

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
      const module = (await wabt()).readWasm(bytes, { ...FEATURES, readDebugNames: false })
      module.applyNames()
      const wat = module.toText({ foldExprs: true, inlineExport: true })
      module.destroy()
      golden(`${name}.ir`, lowered.shape)
      golden(`${name}.wat`, wat)
      // TurboFan is superlinear in a function's size.
      expect(Math.max(...functionSizes)).toBeLessThan(4096)
    })
  }
})
