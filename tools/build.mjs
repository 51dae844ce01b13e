/**
 * npm run build: assembly/ → dist/runtime.wasm (checked), src/ → dist/. Does nothing for a half whose inputs are unchanged,
 * by content, since it last succeeded. Needs no shell.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const stampFile = join(dist, '.build.json')

/** Files below a folder, or the file itself; relative to the root, with forward slashes, sorted. */
const filesOf = (path) => {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (!readdirSafe(full)) return [path]
  return readdirSafe(full)
    .flatMap((entry) => filesOf(`${path}/${entry}`))
    .sort()
}

const readdirSafe = (path) => {
  try {
    return readdirSync(path)
  } catch {
    return undefined
  }
}

const digest = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

/** Replaces a file in one step: others may be reading it. */
const writeWhole = (path, content) => {
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, content)
  renameSync(aside, path)
}

const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {}
  }
}

/**
 * Compiles AssemblyScript with the project's flags and runs the build check; throws an Error that says what is wrong.
 * @param {string} entry relative to the root
 * @param {Record<string, string>} [sources] source texts that take the place of files
 * @returns {Promise<Uint8Array>}
 */
export const compileRuntime = async (entry, sources = {}) => {
  const { default: asc } = await import('assemblyscript/asc')
  const { runtimeProblems } = await import('./check-runtime.mjs')
  const { options } = JSON.parse(readFileSync(join(root, 'asconfig.json'), 'utf8'))
  const flags = Object.entries(options).flatMap(([name, value]) => {
    if (name === 'outFile') return ['--outFile', 'out.wasm']
    if (value === true) return [`--${name}`]
    return Array.isArray(value) ? value.flatMap((item) => [`--${name}`, item]) : [`--${name}`, String(value)]
  })
  let bytes
  const { error, stderr } = await asc.main([entry, '--config', 'none', ...flags], {
    readFile: (name, base) => {
      const path = name.replaceAll('\\', '/')
      if (Object.hasOwn(sources, path)) return sources[path]
      try {
        return readFileSync(join(base ?? root, name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (_name, content) => {
      bytes = content
    },
    listFiles: () => [],
  })
  if (error || !bytes) throw new Error(`assembly/ does not compile\n${stderr.toString() || error?.message}`)
  const problems = await runtimeProblems(bytes)
  if (problems.length) throw new Error(`assembly/ breaks the rules of a shared memory:\n${problems.map((p) => `  ${p}`).join('\n')}`)
  return bytes
}

const buildRuntime = async () => {
  const started = performance.now()
  const bytes = await compileRuntime('assembly/index.ts')
  writeWhole(join(dist, 'runtime.wasm'), bytes)
  console.log(`runtime.wasm  ${bytes.length} bytes  ${Math.round(performance.now() - started)} ms`)
}

/** Outputs whose source is gone would be published. */
const removeStale = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      removeStale(path)
      if (!readdirSync(path).length) rmSync(path, { recursive: true })
      continue
    }
    const source = /^(.*)(?:\.d\.ts|\.js|\.js\.map)$/.exec(relative(dist, path).split(sep).join('/'))?.[1]
    if (source && !existsSync(join(root, 'src', `${source}.ts`))) rmSync(path)
  }
}

const buildSources = () => {
  const started = performance.now()
  removeStale(dist)
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' })
  const command = join(dist, 'cli', 'main.js')
  if (existsSync(command)) chmodSync(command, 0o755)
  if (status === 0) console.log(`src → dist  ${Math.round(performance.now() - started)} ms`)
  return status === 0
}

/** Builds what is out of date; false when something does not compile (tsc emits all the same). */
export const build = async () => {
  mkdirSync(dist, { recursive: true })
  const tools = ['package-lock.json', 'tools/build.mjs', 'tools/check-runtime.mjs']
  const wanted = { runtime: digest(['assembly', 'asconfig.json', ...tools]), sources: digest(['src', 'tsconfig.json', ...tools]) }
  const done = readStamp()
  let good = true
  if (done.runtime !== wanted.runtime || !existsSync(join(dist, 'runtime.wasm'))) {
    try {
      await buildRuntime()
    } catch (error) {
      console.error(error.message)
      good = false
      wanted.runtime = ''
    }
  }
  if (done.sources !== wanted.sources && !buildSources()) {
    good = false
    wanted.sources = ''
  }
  if (done.runtime !== wanted.runtime || done.sources !== wanted.sources) writeWhole(stampFile, JSON.stringify(wanted))
  return good
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = (await build()) ? 0 : 1
