/**
 * npm run check: types, lint with the room boundaries, dead code, the package's form, generated documents.
 * Runs all of it, even when one fails, and ends with a line per check.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The script behind a package's command, so that no shell and no .cmd file is needed. */
const bin = (name, command = name.split('/').at(-1)) => {
  const folder = join(root, 'node_modules', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command])
}

const CHECKS = [
  ['build', () => ['tools/build.mjs']],
  ['types', () => [bin('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.json']],
  ['types of tests, bench and examples', () => [bin('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.test.json']],
  ['lint and rooms', () => [bin('@biomejs/biome', 'biome'), 'lint', '--error-on-warnings', '--max-diagnostics=50', '.']],
  ['dead code', () => [bin('knip'), '--no-progress']],
  ['package form', () => [bin('publint'), '--strict']],
  ['generated documents', () => ['tools/docs.mjs', '--check']],
]

/** Lines of a failing check's output that are shown. */
const SHOWN = 120

const only = process.argv.slice(2)
const results = CHECKS.filter(([name]) => only.length === 0 || only.includes(name)).map(([name, args]) => {
  const start = performance.now()
  let output
  let ok
  try {
    const run = spawnSync(process.execPath, args(), { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
    ok = run.status === 0
    output = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error ? run.error.message : ''}`
  } catch (error) {
    ok = false
    output = error instanceof Error ? error.message : String(error)
  }
  if (!ok) {
    const lines = output.trim().split('\n')
    const rest = lines.length > SHOWN ? `\n… ${lines.length - SHOWN} more lines` : ''
    process.stdout.write(`\n── ${name}\n${lines.slice(0, SHOWN).join('\n')}${rest}\n\n`)
  }
  return { name, ok, seconds: (performance.now() - start) / 1000 }
})

for (const { name, ok, seconds } of results) process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s\n`)
const failed = results.filter((result) => !result.ok).length
process.stdout.write(failed === 0 ? 'check: all passed\n' : `check: ${failed} of ${results.length} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
