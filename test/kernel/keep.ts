/**
 * Failures of the random tests as bundles in test/bundles, where bundles.test.ts runs each from then on: a whole stage with its
 * inputs, and what it should come to by an interpreter or evaluator.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Param } from '../../src/compile.ts'
import { type BundledStage, stageBundle } from '../../src/execute/capture-bundle.ts'
import { decodeBundle, encodeBundle, type Outcome } from '../../src/execute/capture-format.ts'
import { isOrdered, linesOf, outcomeDifference, outcomeOf } from '../../src/execute/capture-outcome.ts'
import { writeParameters } from '../../src/execute/parameters.ts'
import { isOption } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Program } from '../../src/ir/program.ts'
import type { Arena, ColumnInfo, Physical, Relation } from '../../src/layout/relation.ts'
import type { ApiValue } from '../../src/layout/rows.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'

/** Of the built package: tests run the sources. */
export const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
export const FOLDER = fileURLToPath(new URL('../bundles', import.meta.url))
/** Where no test's machine has its memory: addresses begin at 2 MiB or at 0x9000_0000. */
const FREE = { address: 0xd000_0000, bytes: 0x2000_0000 }

/** What a failing stage should come to. */
export type Wanted = readonly (readonly ApiValue[])[] | { readonly raises: string }

/** Writes a stage that failed; the file's path. */
export const keepStage = (name: string, stage: BundledStage, inputs: readonly Relation[], arena: Arena, wanted: Wanted, folder = FOLDER): string => {
  const bundle = stageBundle(stage, inputs, { name, params: writeParameters(stage.params, arena), free: FREE }, arena.buffer)
  const expected: Outcome = 'raises' in wanted ? { raises: wanted.raises, message: 'as the interpreter' } : outcomeOf(linesOf(stage.columns, wanted), isOrdered(stage.program, stage.program.pipelines.length - 1))
  mkdirSync(folder, { recursive: true })
  const path = `${folder}/${name}.bundle`
  writeFileSync(path, encodeBundle({ ...bundle, observed: expected, expected }))
  return path
}

const TYPES: Partial<Record<Physical, string>> = { bool8: 'bool', i32: 'int32', code32: 'int32', i64: 'int64', i128: 'int128', f32: 'float', f64: 'double', slice: 'string' }

/** A program without a plan, as a stage: its last pipeline appends. */
export const programStage = (program: Program, params: readonly Param[] = [], memos: readonly number[] = []): BundledStage => {
  const builder = program.pipelines.at(-1)?.builder
  if (builder?.builder !== 'appender') throw new Error('the last pipeline appends')
  const columns = builder.fields.map((f, i): ColumnInfo => ({ name: `c${i}`, type: parseType(TYPES[f.physical] as string) as SqlType, physical: f.physical, nullable: isOption(f.type) }))
  return { program, shape: printProgram(program), params, memos, columns, sites: [], top: undefined, slice: undefined }
}

/** Runs a query that failed once more, captured, and keeps its stages: those that do not come to what the interpreter makes of them, else all. */
export const keepQuery = async (name: string, run: (capture: string) => Promise<unknown>, folder = FOLDER): Promise<readonly string[]> => {
  const captured = mkdtempSync(join(tmpdir(), 'arcweld-failure-'))
  try {
    await run(captured).catch(() => undefined)
    const stages = readdirSync(captured).flatMap((file) => {
      const stage = /-(stage\d+)\.bundle$/.exec(file)?.[1]
      return stage ? [{ stage, bundle: decodeBundle(readFileSync(join(captured, file))) }] : []
    })
    const wrong = stages.filter(({ bundle }) => bundle.expected && outcomeDifference(bundle.expected, bundle.observed) !== undefined)
    mkdirSync(folder, { recursive: true })
    return (wrong.length ? wrong : stages).map(({ stage, bundle }) => {
      const path = join(folder, `${name}-${stage}.bundle`)
      writeFileSync(path, encodeBundle(bundle))
      return path
    })
  } finally {
    rmSync(captured, { recursive: true, force: true })
  }
}
