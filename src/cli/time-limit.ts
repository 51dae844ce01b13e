/** A limit on how long one query may take, and a second one on how long it may take to notice. */

/** How long a query may go on after it was aborted. */
const GRACE_MS = 10_000

export class TimeLimitError extends Error {}

/**
 * Runs `work` with a signal that aborts after `ms` or with `outer`. Rejects with TimeLimitError where the work does not
 * end in time, with StuckError where it did not even react to its signal.
 */
export const withTimeLimit = async <T>(ms: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>, graceMs: number = GRACE_MS): Promise<T> => {
  const inner = new AbortController()
  const late = new TimeLimitError(`took longer than ${ms / 1000} s`)
  const onAbort = (): void => inner.abort(outer.reason)
  outer.addEventListener('abort', onAbort, { once: true })
  if (outer.aborted) onAbort()
  let stop: NodeJS.Timeout | undefined
  let giveUp: NodeJS.Timeout | undefined
  const deaf = new Promise<never>((_, reject) => {
    stop = setTimeout(() => {
      inner.abort(late)
      giveUp = setTimeout(() => reject(new StuckError(ms)), graceMs)
    }, ms)
  })
  try {
    return await Promise.race([work(inner.signal), deaf])
  } finally {
    clearTimeout(stop)
    clearTimeout(giveUp)
    outer.removeEventListener('abort', onAbort)
  }
}

/** The work ignored its signal: whatever ran it cannot be used again. */
export class StuckError extends TimeLimitError {
  constructor(ms: number) {
    super(`took longer than ${ms / 1000} s and did not stop when it was aborted`)
  }
}
