/**
 * npm run bench: bench/*.ts → dist-bench/*.js, inside the project so that its packages resolve, then runs dist-bench/main.js
 * with the same arguments. Types are not checked here: `npm run check` does that.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'bench')
const out = join(root, 'dist-bench')

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  inlineSourceMap: true,
}

// Whole, so that nothing of a source that is gone stays.
rmSync(out, { recursive: true, force: true })
mkdirSync(out)
for (const name of readdirSync(source).filter((name) => name.endsWith('.ts'))) {
  const { outputText } = ts.transpileModule(readFileSync(join(source, name), 'utf8'), { compilerOptions, fileName: `../bench/${name}` })
  writeFileSync(join(out, name.replace(/\.ts$/, '.js')), outputText)
}
await import(pathToFileURL(join(out, 'main.js')).href)
