/** `arcweld run plan.json --table name=path…`: a plan document instead of SQL; docs/PLAN.md describes it. */
import { readFile } from 'node:fs/promises'
import { PlanError, SourceError } from '../../errors.ts'
import { printing } from '../print-result.ts'

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

export const run = printing('run', 'plan.json', async (path) => {
  const plan = await readPlan(path)
  return (engine, options) => engine.run(plan, options)
})
