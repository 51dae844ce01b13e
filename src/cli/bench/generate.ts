/**
 * TPC-H data, made by DuckDB's generator: an older version of its Node package has it built in. It is installed into the cache
 * and runs in a process of its own, because two versions of the native module in one process silently become one. Everything
 * is made in a folder aside and renamed when it is whole.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ArcweldError } from '../../errors.ts'
import { npmProgram, type RunProcess, runProcess } from './processes.ts'

const PACKAGE = '@duckdb/node-api'
const VERSION = '1.1.3-alpha.10'
export const GENERATOR = `${PACKAGE}@${VERSION}`

export interface Generation {
  readonly sf: number
  /** The folder that is made. */
  readonly folder: string
  /** Where the generator is installed. */
  readonly cache: string
  readonly signal: AbortSignal
  /** Told what is done now, as it takes its time. */
  readonly say: (text: string) => Promise<void>
  readonly run?: RunProcess | undefined
}

const failed = (what: string, hint: string, cause: unknown): ArcweldError =>
  new ArcweldError('GENERATOR_MISSING', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { hint, cause })

/** `make` fills a folder aside, which then takes the place of `folder`; whatever ends it early, nothing of it stays. */
const whole = async (folder: string, make: (aside: string) => Promise<void>): Promise<void> => {
  const parent = dirname(resolve(folder))
  await mkdir(parent, { recursive: true })
  const aside = await mkdtemp(join(parent, '.arcweld-'))
  try {
    await make(aside)
    // Where it is there and empty: not every system renames over it.
    await rmdir(folder).catch(() => undefined)
    await rename(aside, folder).catch((error: unknown) => {
      // Another process was quicker; what it made is whole, too.
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true, maxRetries: 3 })
  }
}

const INSTALL_HINT = 'the generator is installed by npm once; without a registry, --data names a folder with queries.json and a Parquet file for each table'

/** The folder in which the generator's package resolves. */
const installed = async ({ cache, signal, say, run = runProcess }: Generation): Promise<string> => {
  const tool = join(cache, 'tools', `duckdb-node-api-${VERSION}`)
  if (existsSync(join(tool, 'node_modules', PACKAGE, 'package.json'))) return tool
  await say(`Installing ${GENERATOR} into ${tool}\n`)
  try {
    await whole(tool, async (aside) => {
      await writeFile(join(aside, 'package.json'), `${JSON.stringify({ private: true, dependencies: { [PACKAGE]: VERSION } })}\n`)
      await run(npmProgram(['install', '--prefix', '.', '--no-audit', '--no-fund'], aside, existsSync), signal)
    })
  } catch (error) {
    throw signal.aborted ? error : failed(`cannot install ${GENERATOR}`, INSTALL_HINT, error)
  }
  return tool
}

/** Makes `folder`: a Parquet file for each table, queries.json, about.json. Throws ArcweldError GENERATOR_MISSING, or the signal's reason. */
export const generate = async (generation: Generation): Promise<void> => {
  const { sf, folder, signal, say, run = runProcess } = generation
  const tool = await installed(generation)
  await say(`Generating TPC-H data of scale factor ${sf} into ${folder}\n`)
  const script = fileURLToPath(new URL('./dbgen.js', import.meta.url))
  try {
    await whole(folder, async (aside) => {
      await run({ command: process.execPath, args: [script, tool, String(sf), aside], cwd: tool }, signal)
      await writeFile(join(aside, 'about.json'), `${JSON.stringify({ suite: 'tpch', sf, generator: GENERATOR })}\n`)
    })
  } catch (error) {
    throw signal.aborted ? error : failed(`${GENERATOR} cannot make TPC-H data`, `remove ${tool} to install the generator anew`, error)
  }
}
