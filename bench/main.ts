/**
 * npm run bench: all suites, or `npm run bench -- interpreter` for those that are named. Option --threads N is for
 * filter-and-group (default: 1, then the cores there are). Exit code 2 where the arguments are wrong.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { filterAndGroup } from './filter-and-group.ts'
import { interpreter } from './interpreter.ts'

const SUITES: Record<string, (threadCounts: readonly number[]) => Promise<void>> = {
  'filter-and-group': filterAndGroup,
  interpreter,
}

const readArguments = () => {
  const { values, positionals } = parseArgs({ options: { threads: { type: 'string' } }, allowPositionals: true })
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name))
  if (unknown !== undefined) throw new RangeError(`there is no suite ${unknown}`)
  const threads = Number(values.threads ?? 1)
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`--threads is ${values.threads}; it must be a number of threads`)
  const threadCounts = values.threads === undefined ? [...new Set([1, availableParallelism()])] : [threads]
  return { names: positionals.length > 0 ? [...new Set(positionals)] : Object.keys(SUITES), threadCounts }
}

let chosen: ReturnType<typeof readArguments> | undefined
try {
  chosen = readArguments()
} catch (error) {
  console.error(`${(error as Error).message}\nusage: npm run bench -- [--threads N] [suite…], with the suites ${Object.keys(SUITES).join(', ')}`)
  process.exitCode = 2
}
if (chosen) for (const name of chosen.names) await SUITES[name]?.(chosen.threadCounts)
