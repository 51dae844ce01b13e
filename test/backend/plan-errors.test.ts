/** Plan documents that are wrong: a PlanError with the place as a JSON path, before anything runs. */
import { ArcweldError, type Backend, createBackend, PlanError } from 'arcweld/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failure } from '../engine/fixtures.ts'
import { orders, report } from './plans.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 1, memory: '64MiB' })
})
afterAll(async () => {
  await backend.close()
})

const scan = { op: 'scan', table: 'orders', columns: [{ name: 'id', type: 'int32' }] }
const id = { expr: 'column', index: 0, type: 'int32' }
const plan = (root: unknown, names: unknown = ['id']) => ({ version: 1, names, root })

test.each<[string, unknown, string, string]>([
  ['another version', { ...report, version: 99 }, 'PLAN_VERSION', 'version'],
  ['no version', { names: [], root: scan }, 'INVALID_PLAN', '$'],
  ['an unknown node', plan({ op: 'recursive_cte' }), 'UNSUPPORTED_PLAN', 'root.op'],
  ['a column that is not there', plan({ op: 'filter', input: scan, predicate: { ...id, index: 7, type: 'bool' } }), 'INVALID_PLAN', 'predicate'],
  ['a column of another type', plan({ op: 'project', input: scan, exprs: [{ ...id, type: 'int64' }] }), 'INVALID_PLAN', 'exprs'],
  ['a predicate that is no bool', plan({ op: 'filter', input: scan, predicate: id }), 'INVALID_PLAN', 'predicate'],
  ['an unknown function', plan({ op: 'project', input: scan, exprs: [{ expr: 'call', fn: 'frobnicate', args: [id], type: 'int32' }] }), 'UNSUPPORTED_FUNCTION', 'exprs'],
  ['too few names', plan(scan, []), 'INVALID_PLAN', 'names'],
  ['a name twice', plan({ ...scan, columns: [scan.columns[0], { name: 'big', type: 'int64' }] }, ['a', 'a']), 'INVALID_PLAN', 'names'],
  ['an unknown type', plan({ ...scan, columns: [{ name: 'id', type: 'integer32' }] }), '', 'columns'],
  ['a negative limit', plan({ op: 'limit', input: scan, limit: -1 }), 'INVALID_PLAN', 'limit'],
  ['an input node', plan({ op: 'input', stage: 0, columns: scan.columns }), 'INVALID_PLAN', 'root'],
  ['no object', 'select 1', '', ''],
  ['nothing', null, '', ''],
])('%s', async (_, document, code, place) => {
  const run = await failure(backend.run(document as never, { orders }), (code || 'INVALID_PLAN') as never).catch(async (error: unknown) => {
    if (code) throw error
    return backend.run(document as never, { orders }).catch((e: unknown) => e)
  })
  // What is well-formed and not known is refused; what is not, has a place.
  if (code.startsWith('UNSUPPORTED')) expect(run.message).toContain(place)
  else {
    expect(run).toBeInstanceOf(PlanError)
    expect(String(run.position ?? '')).toContain(place)
  }
  if (document !== null && typeof document === 'object' && 'version' in document) {
    expect(() => backend.stages(document as never)).toThrow(ArcweldError)
    expect(() => backend.check(document as never)).toThrow(ArcweldError)
  }
  expect(backend.memory.inUse).toBe(0)
})
