/**
 * The documents that are made from the code. `node tools/docs.mjs` writes them; `--check` only says which are not
 * current. A generator is a module tools/docs-*.mjs that exports `path` and `render()`; dropping one in is enough.
 * Reads dist, so build first.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const check = process.argv.includes('--check')
const stale = []

for (const file of readdirSync(new URL('tools/', root)).filter((name) => /^docs-.*\.mjs$/.test(name)).sort()) {
  const { path, render } = await import(new URL(file, new URL('tools/', root)).href)
  const target = fileURLToPath(new URL(path, root))
  const text = await render()
  let present
  try {
    present = readFileSync(target, 'utf8')
  } catch {
    present = undefined
  }
  if (present === text) continue
  if (check) stale.push(path)
  else {
    writeFileSync(target, text)
    process.stdout.write(`wrote ${path}\n`)
  }
}

if (stale.length > 0) {
  process.stderr.write(`not current: ${stale.join(', ')}; run node tools/docs.mjs\n`)
  process.exitCode = 1
}
