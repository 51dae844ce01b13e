/** The command run again under Node's sampling profiler: it is an option of the process, which NODE_OPTIONS does not take. */
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Terminal } from '../output.ts'

/** The exit status of `arcweld` with `args` as a process of its own; a profile of each of its threads is in `folder` then. */
export const profiled = async (args: readonly string[], folder: string, { err, signal }: Terminal): Promise<number> => {
  const main = fileURLToPath(new URL('../main.js', import.meta.url))
  const path = resolve(folder)
  const status = await new Promise<number>((done, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, '--cpu-prof', `--cpu-prof-dir=${path}`, main, ...args], { stdio: 'inherit' })
    // On a terminal it is interrupted as this process is; where only this one is told, it is told on.
    const stop = (): void => {
      child.kill('SIGINT')
    }
    signal.addEventListener('abort', stop, { once: true })
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      done(code ?? 1)
    })
  })
  const files = (await readdir(path).catch(() => [])).filter((file) => file.endsWith('.cpuprofile'))
  await err.write(`${files.length} profiles in ${path}, one a thread: open them in the performance panel of a Chromium browser, or in VS Code\n`)
  return status
}
