/** Other programs run to their end: what the generator of data is installed and called by. Tests hand in another `RunProcess`. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Found by the system's shell, as `npm` is on Windows; no argument then needs quotes. */
  readonly shell?: boolean | undefined
}

/** Rejects with the signal's reason, or an Error that tells the end of what the program said. */
export type RunProcess = (program: Program, signal: AbortSignal) => Promise<void>

/** Characters of a failed program's output that its error keeps. */
const TAIL = 600

export const runProcess: RunProcess = ({ command, args, cwd, shell = false }, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let said = ''
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-TAIL)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const stop = (): void => {
      child.kill()
    }
    signal.addEventListener('abort', stop, { once: true })
    let failed: Error | undefined
    child.on('error', (error) => (failed = error))
    // When this is told the program has let go of its files.
    child.on('close', (status, by) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason as Error)
      else if (failed) reject(failed)
      else if (status === 0) resolve()
      else reject(new Error(`${command} ended with ${by ?? `status ${status}`}: ${said.trim()}`))
    })
  })

/** npm's own script where it can be found, run by this Node, so that no shell is needed; else the command `npm`. */
export const npmProgram = (args: readonly string[], cwd: string, exists: (path: string) => boolean, env: NodeJS.ProcessEnv = process.env, execPath: string = process.execPath): Program => {
  const bin = dirname(execPath)
  const script = [env['npm_execpath'], join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'), join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')].find(
    (path) => path !== undefined && /[\\/]npm-cli\.js$/.test(path) && exists(path),
  )
  return script === undefined ? { command: 'npm', args, cwd, shell: process.platform === 'win32' } : { command: execPath, args: [script, ...args], cwd }
}
