/** The room boundaries hold: an import from a room that may not be imported fails the lint. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const biome = join(dirname(createRequire(import.meta.url).resolve('@biomejs/biome/package.json')), 'bin', 'biome')

/** An empty project under the same rules. */
const project = mkdtempSync(join(tmpdir(), 'arcweld-rooms-'))
const { vcs: _, ...config } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
writeFileSync(join(project, 'biome.json'), JSON.stringify(config))
afterAll(() => rmSync(project, { recursive: true, force: true }))

const lint = (path: string, from: string) => {
  const file = join(project, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `import { x } from '${from}'\n\nexport const y = x\n`)
  const run = spawnSync(process.execPath, [biome, 'lint', '--error-on-warnings', path], { cwd: project, encoding: 'utf8' })
  return { status: run.status, output: `${run.stdout}${run.stderr}` }
}

describe('room boundaries', () => {
  test.each([
    ['src/layout/a.ts', '../plan/nodes.ts'],
    ['src/ir/a.ts', '../operators/registry.ts'],
    ['src/codegen/a.ts', '../plan/nodes.ts'],
    ['src/codegen/builders/a.ts', '../../operators/registry.ts'],
    ['src/bridge/a.ts', '../plan/nodes.ts'],
    ['src/operators/a.ts', '../codegen/encoder.ts'],
    ['src/fallback/a.ts', '../codegen/encoder.ts'],
    ['src/planners/duckdb/a.ts', '../../codegen/encoder.ts'],
    ['src/sources/a.ts', '../engine.ts'],
    ['src/report/a.ts', '../cli/color.ts'],
    ['src/cli/commands/a.ts', '../../bridge/memory.ts'],
    ['src/cli/a.ts', '../engine.ts'],
    ['src/compile.ts', './bridge/memory.ts'],
    ['src/engine.ts', './codegen/encoder.ts'],
    ['src/compile.ts', './backend.ts'],
    ['src/sources/parquet/a.ts', '../../engine.ts'],
  ])('%s may not import %s', (path, from) => {
    const { status, output } = lint(path, from)
    expect(output).toContain('noRestrictedImports')
    expect(status).toBe(1)
  })

  test.each([
    ['src/layout/b.ts', '../errors.ts'],
    ['src/layout/b.ts', './types.ts'],
    ['src/operators/b.ts', '../plan/nodes.ts'],
    ['src/codegen/builders/b.ts', '../expressions.ts'],
    ['src/cli/b.ts', '../index.ts'],
    ['src/cli/commands/b.ts', '../../report/explain.ts'],
    ['src/engine.ts', './backend.ts'],
    ['src/engine.ts', './sources/index.ts'],
    ['src/sources/b.ts', './index.ts'],
    ['src/bridge/b.ts', 'node:worker_threads'],
  ])('%s may import %s', (path, from) => {
    expect(lint(path, from).status).toBe(0)
  })
})
