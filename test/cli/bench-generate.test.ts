/** Where a benchmark's data comes from: the cache, the generator that is installed for it, and what an interruption leaves. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheFolder } from '../../src/cli/bench/cache-folder.ts'
import { openData } from '../../src/cli/bench/data.ts'
import { GENERATOR } from '../../src/cli/bench/generate.ts'
import { npmProgram, type Program, type RunProcess, runProcess } from '../../src/cli/bench/processes.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'arcweld bench-'))
  process.env['ARCWELD_CACHE'] = join(folder, 'cache')
})
afterEach(() => {
  delete process.env['ARCWELD_CACHE']
  rmSync(folder, { recursive: true, force: true })
})
const never = new AbortController().signal
const silent = async () => undefined

test('the cache is where each system keeps such things', () => {
  expect(cacheFolder({}, 'linux', '/home/ann')).toBe('/home/ann/.cache/arcweld')
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/x' }, 'linux', '/home/ann')).toBe('/var/x/arcweld')
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ann')).toBe('/home/ann/.cache/arcweld')
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/x' }, 'darwin', '/Users/ann')).toBe('/Users/ann/Library/Caches/arcweld')
  expect(cacheFolder({ LOCALAPPDATA: 'C:\\Users\\ann\\Local' }, 'win32', 'C:\\Users\\ann')).toBe('C:\\Users\\ann\\Local\\arcweld')
  expect(cacheFolder({}, 'win32', 'C:\\Users\\ann')).toBe('C:\\Users\\ann\\AppData\\Local\\arcweld')
  expect(cacheFolder({ ARCWELD_CACHE: '/data', XDG_CACHE_HOME: '/var/x' }, 'linux', '/home/ann')).toBe('/data')
})

describe('npm', () => {
  const args = ['install']
  test("its own script, by this Node, where npm says or beside Node's program", () => {
    const env = { npm_execpath: '/opt/npm/bin/npm-cli.js' }
    expect(npmProgram(args, '/tmp', () => true, env, '/opt/node/bin/node')).toEqual({ command: '/opt/node/bin/node', args: ['/opt/npm/bin/npm-cli.js', 'install'], cwd: '/tmp' })
    const beside = join('/opt/node/bin', '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
    expect(npmProgram(args, '/tmp', (path) => path === beside, {}, '/opt/node/bin/node').args).toEqual([beside, 'install'])
  })
  test('another package manager is not taken for it; else the command', () => {
    expect(npmProgram(args, '/tmp', (path) => path.includes('pnpm'), { npm_execpath: '/opt/pnpm.cjs' }, '/opt/node/bin/node')).toMatchObject({ command: 'npm', args, shell: process.platform === 'win32' })
  })
})

describe('programs', () => {
  const node = (code: string): Program => ({ command: process.execPath, args: ['-e', code], cwd: folder })
  test('end, or tell the end of what they said', async () => {
    await runProcess(node('console.log(1)'), never)
    await expect(runProcess(node('console.error("no disk"); process.exit(3)'), never)).rejects.toThrow(/ended with status 3: no disk$/)
    await expect(runProcess({ command: join(folder, 'none'), args: [], cwd: folder }, never)).rejects.toThrow(/ENOENT/)
  })
  test('an abort ends them', async () => {
    const abort = new AbortController()
    const running = runProcess(node('setInterval(() => {}, 1000)'), abort.signal)
    setTimeout(() => abort.abort(new Error('interrupted')), 50)
    await expect(running).rejects.toThrow('interrupted')
  })
})

/** Does what npm and the generator would; `fail` may end one of them early. */
const pretend = (fail: (step: 'install' | 'generate') => void = () => undefined) => {
  const ran: Program[] = []
  const run: RunProcess = async (program) => {
    ran.push(program)
    if (program.args.includes('install')) {
      mkdirSync(join(program.cwd, 'node_modules/@duckdb/node-api'), { recursive: true })
      fail('install')
      writeFileSync(join(program.cwd, 'node_modules/@duckdb/node-api/package.json'), '{}')
      return
    }
    const aside = program.args.at(-1) as string
    writeFileSync(join(aside, 'facts.parquet'), '')
    fail('generate')
    writeFileSync(join(aside, 'queries.json'), '[[2, "select 2;\\n"], [1, "select 1"]]')
  }
  return { ran, run }
}

describe('data', () => {
  test('is generated once into the cache, by a generator that is installed once', async () => {
    const { ran, run } = pretend()
    const said: string[] = []
    const say = async (text: string) => {
      said.push(text)
    }
    const data = await openData({ suite: 'tpch', data: undefined, sf: 0.5, signal: never, say, run })
    const place = join(folder, 'cache', 'tpch-sf0.5')
    expect(data).toEqual({ folder: place, sf: 0.5, tables: [{ name: 'facts', path: join(place, 'facts.parquet') }], queries: [{ number: 1, sql: 'select 1' }, { number: 2, sql: 'select 2' }] })
    expect(ran.map(({ args }) => args.slice(-5))).toEqual([['install', '--prefix', '.', '--no-audit', '--no-fund'], expect.arrayContaining(['0.5'])])
    expect(ran[1]?.command).toBe(process.execPath)
    expect(said).toHaveLength(2)
    await openData({ suite: 'tpch', data: undefined, sf: 0.5, signal: never, say, run })
    expect(ran).toHaveLength(2)
    await openData({ suite: 'tpch', data: join(folder, 'mine'), sf: undefined, signal: never, say, run })
    expect(ran).toHaveLength(3)
    expect(JSON.parse(readFileSync(join(folder, 'mine', 'about.json'), 'utf8'))).toEqual({ suite: 'tpch', sf: 1, generator: GENERATOR })
    expect(readdirSync(join(folder, 'cache')).toSorted()).toEqual(['tools', 'tpch-sf0.5'])
  })

  test.each(['install', 'generate'] as const)('what fails in %s is a typed error with a hint, and leaves nothing half made', async (step) => {
    const { run } = pretend((at) => {
      if (at === step) throw new Error('no network')
    })
    await expect(openData({ suite: 'tpch', data: undefined, sf: undefined, signal: never, say: silent, run })).rejects.toMatchObject({ code: 'GENERATOR_MISSING', message: expect.stringContaining('no network'), hint: expect.any(String) })
    expect(existsSync(join(folder, 'cache', 'tpch-sf1'))).toBe(false)
    expect(readdirSync(join(folder, 'cache', 'tools'))).toHaveLength(step === 'install' ? 0 : 1)
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('an interruption is told as itself, and leaves nothing', async () => {
    const abort = new AbortController()
    const { run } = pretend((at) => {
      if (at !== 'generate') return
      abort.abort(new Error('interrupted'))
      abort.signal.throwIfAborted()
    })
    await expect(openData({ suite: 'tpch', data: join(folder, 'mine'), sf: 2, signal: abort.signal, say: silent, run })).rejects.toThrow(/^interrupted$/)
    expect(readdirSync(folder)).toEqual(['cache'])
  })

  test('of a process that was quicker is taken', async () => {
    const { run } = pretend((at) => {
      if (at !== 'generate') return
      mkdirSync(join(folder, 'mine'))
      for (const [name, text] of [['queries.json', '[[7,"select 7"]]'], ['facts.parquet', ''], ['about.json', '{"sf":1}']] as const) writeFileSync(join(folder, 'mine', name), text)
    })
    expect((await openData({ suite: 'tpch', data: join(folder, 'mine'), sf: 1, signal: never, say: silent, run })).queries).toEqual([{ number: 7, sql: 'select 7' }])
  })

  test.each([
    ['FILE_NOT_FOUND', { 'facts.parquet': '' }],
    ['FILE_NOT_FOUND', { 'queries.json': '[[1,"select 1"]]' }],
    ['FILE_FORMAT', { 'queries.json': '[[1,', 'facts.parquet': '' }],
    ['FILE_FORMAT', { 'queries.json': '[["1","select 1"]]', 'facts.parquet': '' }],
    ['FILE_FORMAT', { 'queries.json': '[]', 'facts.parquet': '' }],
    ['FILE_FORMAT', { 'queries.json': '[[1,"select 1"]]', 'facts.parquet': '', 'about.json': '{' }],
  ])('that is none: %s %j', async (code, files) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    await expect(openData({ suite: 'tpch', data: folder, sf: undefined, signal: never, say: silent })).rejects.toMatchObject({ code })
  })

  test('of a conformance pack: its queries over the greatest scale, or the one asked for', async () => {
    for (const path of ['queries', 'sf0.01', 'sf0.1']) mkdirSync(join(folder, path))
    writeFileSync(join(folder, 'queries', 'q07.sql'), 'select 7;\n')
    for (const scale of ['sf0.01', 'sf0.1']) writeFileSync(join(folder, scale, 'facts.parquet'), '')
    const open = (sf?: number) => openData({ suite: 'tpcds', data: folder, sf, signal: never, say: silent })
    expect(await open()).toEqual({ folder: join(folder, 'sf0.1'), sf: 0.1, tables: [{ name: 'facts', path: join(folder, 'sf0.1', 'facts.parquet') }], queries: [{ number: 7, sql: 'select 7' }] })
    expect((await open(0.01)).sf).toBe(0.01)
    await expect(open(10)).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining("the pack has no 'sf10'") })
  })

  test('of a suite without a generator is never generated', async () => {
    const { ran, run } = pretend()
    await expect(openData({ suite: 'tpcds', data: undefined, sf: undefined, signal: never, say: silent, run })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('TPC-DS'), hint: expect.stringContaining('--data') })
    expect(ran).toEqual([])
  })

  test('of another scale than asked for is a bad command line', async () => {
    writeFileSync(join(folder, 'queries.json'), '[[1,"select 1"]]')
    writeFileSync(join(folder, 'facts.parquet'), '')
    await expect(openData({ suite: 'tpch', data: folder, sf: 1, signal: never, say: silent })).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining('does not say') })
    writeFileSync(join(folder, 'about.json'), '{"sf":10}')
    await expect(openData({ suite: 'tpch', data: folder, sf: 1, signal: never, say: silent })).rejects.toMatchObject({ message: expect.stringContaining('is of scale factor 10') })
    expect((await openData({ suite: 'tpch', data: folder, sf: 10, signal: never, say: silent })).sf).toBe(10)
  })
})
