/** `arcweld run plan.json --table name=path…`: a plan document instead of SQL; docs/PLAN.md describes it. */
import { readFile } from 'node:fs/promises'
import { PlanError, SourceError } from '../../errors.ts'
import { withEngine } from '../engine-door.ts'
import { writeResult } from '../format/write.ts'
import { parse, resultFormat, tableOptions } from '../options.ts'
import type { Command } from '../program.ts'
import { engineOptions, registerTables } from '../tables.ts'

const readPlan = async (path: string): Promise<unknown> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new SourceError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', missing ? `no such plan document: ${path}` : `cannot read the plan document ${path}`, { path, cause: error })
  }
  try {
    // Its shape is the engine's to judge.
    return JSON.parse(text)
  } catch (error) {
    throw new PlanError('INVALID_PLAN', `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

export const run: Command = async (args, { out, signal }, open) => {
  const { flags, positionals } = parse('run', args, ['table', 'threads', 'memory', 'format', 'native'], ['plan.json'])
  const options = engineOptions(flags)
  const tables = tableOptions(flags)
  const format = resultFormat(flags) ?? 'table'
  const plan = await readPlan(positionals[0] ?? '')
  return withEngine(
    options,
    async (engine) => {
      await registerTables(engine, tables)
      const result = await engine.run(plan, { signal })
      try {
        await writeResult(result, format, out)
      } finally {
        await result.close()
      }
      return 0
    },
    open,
  )
}
