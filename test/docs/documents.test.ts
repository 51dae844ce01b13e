/** Every fenced block of the README and of docs/ does what it says: run, printed, parsed or type-checked. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, describe, expect, test } from 'vitest'
import { type Block, fencedBlocks, outputPattern } from './blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// Inside the project, so that `import 'arcweld'` finds it by its own name.
mkdirSync(join(root, '.cache'), { recursive: true })
const scratch = mkdtempSync(join(root, '.cache', 'docs-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md') && existsSync(join(root, path)),
)

/** `arcweld` as a command, whatever is or is not installed. */
const commands = join(scratch, 'bin')
mkdirSync(commands)
writeFileSync(join(commands, 'arcweld'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/cli/main.js')}" "$@"\n`, { mode: 0o755 })

const environment = { ...process.env, PATH: `${commands}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' }

const printed = (run: ReturnType<typeof spawnSync>, block: Block): void => {
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  if (block.output !== undefined) expect(run.stdout).toMatch(outputPattern(block.output))
}

const KINDS: Record<string, (block: Block, name: string) => void> = {
  'sh run': (block) => printed(spawnSync('sh', ['-c', block.text], { cwd: root, encoding: 'utf8', env: environment }), block),
  'ts run': (block, name) => {
    const file = join(scratch, `${name}.mjs`)
    const { outputText } = ts.transpileModule(block.text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
    writeFileSync(file, outputText)
    typeErrors(block, name)
    printed(spawnSync(process.execPath, [file], { cwd: root, encoding: 'utf8', env: environment }), block)
  },
  'ts types': (block, name) => typeErrors(block, name),
  json: (block) => {
    JSON.parse(block.text)
  },
  'sh shown': () => undefined,
  '': () => undefined,
  text: () => undefined,
  // What a diff adds stands in the file it names, so that it stays the real one.
  diff: (block) => {
    let file = ''
    const missing: string[] = []
    for (const line of block.text.split('\n')) {
      const named = /^\+\+\+ b\/(.+)$/.exec(line)
      if (named) file = readFileSync(join(root, named[1] as string), 'utf8')
      else if (line.startsWith('+') && !file.split('\n').includes(line.slice(1))) missing.push(line)
    }
    expect(missing).toEqual([])
  },
  sql: () => undefined,
  // ir.test.ts runs these.
  weld: () => undefined,
  'weld refused': () => undefined,
  'weld program': () => undefined,
}

/** Checks a block against the built package's types, by self-reference. */
const typeErrors = (block: Block, name: string): void => {
  const file = join(scratch, `${name}.mts`)
  writeFileSync(file, block.text)
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    skipLibCheck: true,
  })
  const errors = ts.getPreEmitDiagnostics(program).map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
  expect(errors).toEqual([])
}

describe.each(documents)('%s', (path) => {
  const blocks = fencedBlocks(readFileSync(join(root, path), 'utf8'))
  test('every block has a kind', () => {
    expect(blocks.filter((block) => !Object.hasOwn(KINDS, block.info.join(' '))).map((block) => `line ${block.line}: ${block.info.join(' ')}`)).toEqual([])
  })
  for (const block of blocks) {
    const kind = KINDS[block.info.join(' ')]
    if (!kind || ['', 'text', 'sql', 'sh shown'].includes(block.info.join(' '))) continue
    test(`line ${block.line}: ${block.info.join(' ')}`, { timeout: 120_000 }, () => kind(block, `${path.replaceAll(/\W/g, '-')}-${block.line}`))
  }
})
