/** How fast this machine's memory is read: the roof under which a pipeline over columns stays. */
import { Worker } from 'node:worker_threads'

/** Read in one round, by all threads together: far beyond the caches. */
const BYTES = 256 * 2 ** 20
const WARMUPS = 2
const ROUNDS = 8

/**
 * `read(at, end)` loads all of it, 64 bytes a step into four sums that do not wait for each other. In a text that an assembler
 * reads, where it is held to these bytes: test/cli/bench-figures.test.ts.
 */
export const READ_LOOP =
  'AGFzbQEAAAABBwFgAn9/AX8CEgEDZW52Bm1lbW9yeQIDAYCABAMCAQAHCAEEcmVhZAAAClcBVQEEewNAIAIgAP0ABAD9USECIAMgAP0ABBD9USEDIAQgAP0ABCD9USEEIAUgAP0ABDD9USEFIABBwABqIgAgAUkNAAsgAiAD/VEgBCAF/VH9Uf0bAAs='

/** What each thread runs: told to, it reads its part once and tells from when to when, in ms since the epoch. */
const READER = `
const { parentPort, workerData: { memory, module, from, to } } = require('node:worker_threads')
const { read } = new WebAssembly.Instance(module, { env: { memory } }).exports
const now = () => performance.timeOrigin + performance.now()
parentPort.on('message', () => {
  const begin = now()
  read(from, to)
  parentPort.postMessage([begin, now()])
})
`

type Span = readonly [begin: number, end: number]

const readOnce = (worker: Worker): Promise<Span> =>
  new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (span: Span) => {
      worker.off('error', reject)
      resolve(span)
    })
    worker.postMessage('read')
  })

/** 10^9 bytes a second of `threads` threads together; the best of some rounds, as anything else on the machine only slows it. */
export const memorySpeed = async (threads: number, signal: AbortSignal, bytes = BYTES): Promise<number> => {
  const pages = Math.ceil(bytes / 65536)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  // Pages that were never written may all be the same one.
  new Uint8Array(memory.buffer).fill(1)
  const module = new WebAssembly.Module(Buffer.from(READ_LOOP, 'base64'))
  const part = Math.floor(bytes / threads / 64) * 64
  const workers = Array.from({ length: threads }, (_, i) => new Worker(READER, { eval: true, workerData: { memory, module, from: i * part, to: (i + 1) * part } }))
  try {
    let best = 0
    for (let round = -WARMUPS; round < ROUNDS; round++) {
      signal.throwIfAborted()
      const spans = await Promise.all(workers.map(readOnce))
      const ms = Math.max(...spans.map(([, end]) => end)) - Math.min(...spans.map(([begin]) => begin))
      if (round >= 0) best = Math.max(best, (part * threads) / ms / 1e6)
    }
    return best
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
