/** `arcweld explain "<sql>"`: the stages of a query, native or not and why; with --analyze also rows and times. */
import { colorsFor } from '../color.ts'
import { withEngine } from '../engine-door.ts'
import { explainFormat, parse } from '../options.ts'
import { tableOptions } from '../table-options.ts'
import type { Command } from '../command.ts'
import { explainText } from '../../report/explain.ts'
import { engineOptions, registerTables } from '../tables.ts'

export const explain: Command = async (args, { out, err }, open) => {
  const { flags, positionals } = parse('explain', args, ['table', 'with', 'threads', 'memory', 'format', 'native', 'analyze'], ['"<sql>"'])
  const options = engineOptions(flags)
  const tables = tableOptions(flags)
  const format = explainFormat(flags) ?? 'text'
  const [text = ''] = positionals
  return withEngine(
    options,
    async (engine) => {
      await registerTables(engine, tables, err)
      const report = await engine.explain(text, { analyze: flags.analyze === true })
      const color = colorsFor(out.isTTY)
      const mark = (kind: 'native' | 'fallback') => (kind === 'native' ? color.green(kind) : color.yellow(kind))
      await out.write(`${format === 'json' ? JSON.stringify(report, null, 2) : explainText(report, mark)}\n`)
      return 0
    },
    open,
  )
}
