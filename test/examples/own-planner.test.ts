/** The examples for engine authors run on the built package, print what they say, and end by themselves. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Inside the project, so that `import 'arcweld/backend'` finds it by its own name.
mkdirSync(join(root, '.cache'), { recursive: true })
const scratch = mkdtempSync(join(root, '.cache', 'example-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const outputOf = (example: string): string => {
  const source = readFileSync(join(root, `examples/${example}.ts`), 'utf8')
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
  const file = join(scratch, `${example}.mjs`)
  writeFileSync(file, outputText)
  const run = spawnSync(process.execPath, [file], { cwd: root, encoding: 'utf8', timeout: 60_000 })
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  return run.stdout
}

test('examples/own-planner.ts', () => {
  expect(outputOf('own-planner')).toBe(`{"per":"city","from":5}
  stage 0: native
  stage 1: native
  stage 2: native
  Porto PT 3 37
  Lyon FR 1 30
  Graz AT 1 25
{"per":"product","from":0}
  stage 0: native
  stage 1: native
  tea 4 64
  ink 3 41
{"per":"product","from":0,"curve":true}
  stage 0: native
  stage 1: native
  tea 4 64 1.386
  ink 3 41 1.099
stage 0 alone: 3 rows
`)
})

test('examples/unsafe-rows.ts', () => {
  expect(outputOf('unsafe-rows')).toBe(`6 rows loaded
stage 0: 4 rows, 216 bytes
stage 1: 4 rows, 216 bytes
city string, n int64, total decimal(38,2)
  Porto 2n 3060n
  Lyon 1n 3000n
  Graz 1n 2500n
  null 1n 799n
`)
})
