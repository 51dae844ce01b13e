/** What `sql` and `run` share: the options, an engine that has the tables, and its result printed. */
import type { Command } from './command.ts'
import { type CliEngine, type CliResult, type QueryOptions, withEngine } from './engine-door.ts'
import { writeResult } from './format/write.ts'
import { captureOption, compressionOption, parse, resultFormat } from './options.ts'
import { tableOptions } from './table-options.ts'
import { engineOptions, registerTables } from './tables.ts'

/** Asks an engine for a result. */
export type Ask = (engine: CliEngine, options: QueryOptions) => Promise<CliResult>

/** `prepare` is given the command's one argument once all options are known to be good, before an engine opens. */
export const printing =
  (command: string, argument: string, prepare: (text: string) => Ask | Promise<Ask>): Command =>
  async (args, { out, err, signal }, open) => {
    const { flags, positionals } = parse(command, args, ['table', 'with', 'threads', 'memory', 'format', 'compression', 'native', 'capture'], [argument])
    const options = engineOptions(flags)
    const tables = tableOptions(flags)
    const format = resultFormat(flags) ?? 'table'
    const compression = compressionOption(flags)
    const capture = captureOption(flags)
    const ask = await prepare(positionals[0] ?? '')
    return withEngine(
      options,
      async (engine) => {
        await registerTables(engine, tables, err)
        const result = await ask(engine, { signal, ...(capture === undefined ? {} : { capture }) })
        try {
          await writeResult(result, format, out, compression)
        } finally {
          await result.close()
        }
        return 0
      },
      open,
    )
  }
