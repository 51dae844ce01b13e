/** Parquet readers for JavaScript in `bench scan`. */
import { open, readFile } from 'node:fs/promises'
import type { ScanCase } from './cases.ts'
import type { OpenContestant, ScanContestant } from './contestant.ts'
import { openArcweld } from './engines.ts'
import { newColumn, type ScriptColumn, scriptContestant } from './script-columns.ts'
import { peer } from './peers.ts'

interface WasmTable {
  intoIPCStream(): Uint8Array
  free(): void
}

/** The table stays in its wasm memory, where it is columns of Arrow. Facts are had from it by arcweld, which reads Arrow. */
export const openParquetWasm: OpenContestant = async (scan, path, setting): Promise<ScanContestant> => {
  const { readParquet } = (await peer('parquet-wasm')) as { readParquet(bytes: Uint8Array, options: { columns: readonly string[]; batchSize: number }): WasmTable }
  const read = async (): Promise<WasmTable> => readParquet(await readFile(path), { columns: scan.columns.map(({ name }) => name), batchSize: 65_536 })
  let table: WasmTable | undefined
  return {
    name: 'parquet-wasm',
    facts: async () => arrowFacts(scan, (await read()).intoIPCStream(), setting),
    ways: {
      columns: async () => {
        table = await read()
      },
    },
    release: async () => {
      table?.free()
      table = undefined
    },
    close: async () => {},
  }
}

const arrowFacts = async (scan: ScanCase, bytes: Uint8Array, setting: Parameters<OpenContestant>[2]) => {
  const reader = await openArcweld(scan, bytes, { ...setting, memory: 4 * 2 ** 30 })
  try {
    return await reader.facts()
  } finally {
    await reader.release()
    await reader.close()
  }
}

interface ColumnData {
  readonly columnName: string
  readonly columnData: ArrayLike<unknown>
  readonly rowStart: number
}

interface Hyparquet {
  parquetMetadataAsync(file: unknown): Promise<{ readonly num_rows: bigint }>
  parquetRead(options: { file: unknown; metadata: unknown; columns: readonly string[]; compressors: unknown; parsers: unknown; onChunk: (chunk: ColumnData) => void }): Promise<void>
}

/** Chunk after chunk, with no rows in between; dates stay days, which is quicker than the Date objects that it makes of itself. */
export const openHyparquet: OpenContestant = async (scan, path) => {
  const { parquetMetadataAsync, parquetRead } = (await peer('hyparquet')) as Hyparquet
  const { compressors } = (await peer('hyparquet-compressors')) as { compressors: unknown }
  const handle = await open(path)
  const { size } = await handle.stat()
  const file = {
    byteLength: size,
    slice: async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(end - start)
      await handle.read(bytes, 0, bytes.length, start)
      return bytes.buffer
    },
  }
  const read = async (): Promise<readonly ScriptColumn[]> => {
    const metadata = await parquetMetadataAsync(file)
    const columns = scan.columns.map(({ kind }) => newColumn(kind, Number(metadata.num_rows)))
    await parquetRead({
      file, metadata, columns: scan.columns.map(({ name }) => name), compressors, parsers: { dateFromDays: (days: number) => days },
      onChunk: ({ columnName, columnData, rowStart }) => {
        const at = scan.columns.findIndex(({ name }) => name === columnName)
        const column = columns[at] as { [i: number]: unknown }
        // 64-bit integers come as bigints.
        const big = typeof columnData[0] === 'bigint'
        for (let i = 0; i < columnData.length; i++) column[rowStart + i] = big ? Number(columnData[i]) : columnData[i]
      },
    })
    return columns
  }
  return scriptContestant('hyparquet', scan, read, () => handle.close())
}
