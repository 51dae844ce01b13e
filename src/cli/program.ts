/** One run of the program as a function of its arguments: commands, help, version, errors, exit status. */
import { readFile } from 'node:fs/promises'
import type { Command } from './command.ts'
import { bench } from './commands/bench.ts'
import { conformance } from './commands/conformance.ts'
import { demo } from './commands/demo.ts'
import { explain } from './commands/explain.ts'
import { kernel } from './commands/kernel.ts'
import { run as runPlan } from './commands/run.ts'
import { sql } from './commands/sql.ts'
import type { CreateEngine } from './engine-door.ts'
import { HELP } from './help.ts'
import { PipeClosed, type Terminal } from './output.ts'
import { errorLines, exitStatus } from './report-error.ts'
import { UsageError } from './usage.ts'

const COMMANDS: Record<string, Command> = { sql, explain, run: runPlan, kernel, conformance, demo, bench }

const version = async (): Promise<string> => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const dispatch: Command = async (args, terminal, open) => {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    if (name === undefined) {
      await terminal.err.write(HELP[''] ?? '')
      return 2
    }
    await terminal.out.write(HELP[rest[0] ?? ''] ?? HELP[''] ?? '')
    return 0
  }
  if (name === '--version' || name === '-v') {
    await terminal.out.write(`${await version()}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new UsageError(name.startsWith('-') ? `unknown option '${name}'` : `unknown command '${name}'`, 'arcweld --help lists the commands')
  // Before the options are judged: who asks for help may not know them yet.
  if (rest.includes('--help') || rest.includes('-h')) {
    await terminal.out.write(HELP[name] ?? '')
    return 0
  }
  return command(rest, terminal, open)
}

/** Never rejects. */
export const run: (args: string[], terminal: Terminal, open?: CreateEngine) => Promise<number> = async (args, terminal, open) => {
  try {
    return await dispatch(args, terminal, open)
  } catch (error) {
    if (error instanceof PipeClosed) return 0
    await terminal.err.write(errorLines(error, args.includes('--debug'))).catch(() => undefined)
    return exitStatus(error)
  }
}
