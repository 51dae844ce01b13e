/**
 * The lock of the page table: a word in shared memory that holds the thread which has it. It is held for microseconds, never
 * across a kernel call. A thread that died inside is told from a slow one by the turn counter standing still for two seconds
 * (or at once by the main thread, which knows who lives); whoever then takes the lock is told to rebuild what it guards.
 */
const SPINS = 200
const BROKEN_AFTER_MS = 2000

/** Takes the lock at `words[at]`; `words[at + 1]` counts turns. True: taken from a dead thread, so the state may be half-written. */
export const acquire = (words: Int32Array<ArrayBufferLike>, at: number, holder: number): boolean => {
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.compareExchange(words, at, 0, holder) === 0) return entered(words, at, false)
  }
  let turn = Atomics.load(words, at + 1)
  let since = performance.now()
  for (;;) {
    const other = Atomics.compareExchange(words, at, 0, holder)
    if (other === 0) return entered(words, at, false)
    Atomics.wait(words as Int32Array<SharedArrayBuffer>, at, other, 0.05)
    const now = Atomics.load(words, at + 1)
    if (now !== turn) {
      turn = now
      since = performance.now()
    } else if (performance.now() - since > BROKEN_AFTER_MS && Atomics.compareExchange(words, at, other, holder) === other) {
      return entered(words, at, true)
    }
  }
}

const entered = (words: Int32Array<ArrayBufferLike>, at: number, broken: boolean): boolean => {
  Atomics.add(words, at + 1, 1)
  return broken
}

/** Only the holder gives it back: a lock that was taken away stays with its new holder. */
export const release = (words: Int32Array<ArrayBufferLike>, at: number, holder: number): void => {
  Atomics.compareExchange(words, at, holder, 0)
}
