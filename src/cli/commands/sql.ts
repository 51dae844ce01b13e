/** `arcweld sql "<sql>" --table name=path…`: the rows of one query, and nothing else, on stdout. */
import { withEngine } from '../engine-door.ts'
import { writeResult } from '../format/write.ts'
import { parse, resultFormat, tableOptions } from '../options.ts'
import type { Command } from '../program.ts'
import { engineOptions, registerTables } from '../tables.ts'

export const sql: Command = async (args, { out, signal }, open) => {
  const { flags, positionals } = parse('sql', args, ['table', 'threads', 'memory', 'format', 'native'], ['"<sql>"'])
  const options = engineOptions(flags)
  const tables = tableOptions(flags)
  const format = resultFormat(flags) ?? 'table'
  const [text = ''] = positionals
  return withEngine(
    options,
    async (engine) => {
      await registerTables(engine, tables)
      const result = await engine.sql(text, { signal })
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
