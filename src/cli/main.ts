#!/usr/bin/env node
/** The program `arcweld`: finds the command, runs it, and turns whatever happens into an exit status. */
import { run } from './program.ts'
import { streamOutput } from './output.ts'

const abort = new AbortController()
process.once('SIGINT', () => {
  process.exitCode = 130
  abort.abort(new Error('interrupted'))
})

const status = await run(process.argv.slice(2), {
  out: streamOutput(process.stdout),
  err: streamOutput(process.stderr),
  signal: abort.signal,
})
process.exitCode ??= status
