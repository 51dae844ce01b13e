/**
 * Standard output and error. Results alone go to stdout; a reader that closes the pipe (`| head`) ends the command
 * quietly; a slow reader holds the query back instead of filling memory.
 */

/** The reader of stdout went away: not an error, only the end. */
export class PipeClosed extends Error {}

export interface Output {
  /** Resolves when more may be written; rejects with PipeClosed. */
  write(chunk: string | Uint8Array): Promise<void>
  readonly isTTY: boolean
}

export const streamOutput = (stream: NodeJS.WriteStream): Output => {
  let closed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
  })
  return {
    isTTY: stream.isTTY === true,
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new PipeClosed())
        stream.write(chunk, (error) => {
          if (!error) return resolve()
          closed = true
          reject(new PipeClosed())
        })
      }),
  }
}

/** Where a command writes and how it is told to stop. */
export interface Terminal {
  readonly out: Output
  readonly err: Output
  readonly signal: AbortSignal
}
