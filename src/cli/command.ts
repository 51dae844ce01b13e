/** A command takes its arguments and gives its exit status; `open` is replaced by tests. */
import type { CreateEngine } from './engine-door.ts'
import type { Terminal } from './output.ts'

export type Command = (args: string[], terminal: Terminal, open?: CreateEngine) => Promise<number>
