/** CSV read in process, without workers: over a memory of its own, in tasks of as many bytes as a case asks for. */
import { readFileSync } from 'node:fs'
import { SharedMemory } from '../../src/bridge/memory.ts'
import { readColumn } from '../../src/layout/read.ts'
import { typeName } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'
import { type CsvSource, openCsv } from '../../src/sources/csv.ts'
import type { CsvOptions } from '../../src/sources/csv/options.ts'
import { TypesLearned } from '../../src/sources/text/learning.ts'

const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
/** Above 2 GiB, so that addresses reach JavaScript negative. */
export const memory = SharedMemory.create({ budget: 2 ** 30, lowest: 0x9000_0000, runtime })

export interface Read {
  readonly names: readonly string[]
  readonly types: readonly string[]
  readonly columns: readonly (readonly Value[])[]
  readonly source: CsvSource
}

/** All columns; types are learned as an engine learns them. Everything is given back afterwards. */
export const readCsv = async (path: string, options: CsvOptions = {}, columns?: readonly string[]): Promise<Read> => {
  const source = await openCsv(path, options, { memory })
  for (let tries = 0; ; tries++) {
    const lease = memory.lease()
    try {
      const { relation } = await source.load(columns ?? source.fields.map(({ name }) => name), lease)
      return {
        names: relation.columns.map(({ name }) => name),
        types: relation.columns.map(({ type }) => typeName(type)),
        columns: relation.columns.map((_, i) => readColumn(lease.buffer, relation, i)),
        source,
      }
    } catch (error) {
      if (!(error instanceof TypesLearned) || tries > 0) throw error
    } finally {
      lease.release()
    }
  }
}
