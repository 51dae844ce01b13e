/** The texts that workers scan, in the order of the file: stretches of the file itself, or of what it decompresses to. */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { textAt } from '../../layout/memory.ts'
import { type ByteStream, type Compression, type Encoding, openBytes } from '../text/byte-stream.ts'
import { type CutResult, type CutTask, type Fault, type Layout, TASKS } from './chunk-task.ts'
import type { Stretch } from './stretch.ts'
import type { JsonFunctions } from './tree.ts'

export interface TextFile {
  readonly path: string
  readonly size: number
  readonly compression: Compression
  readonly encoding: Encoding
  readonly layout: Layout
  /** Where the values begin: behind the bracket where they stand between commas. */
  readonly begin: number
}

export interface Fed {
  readonly stretch: Stretch
  readonly mayBeEmpty: boolean
  /** For the task; what was decompressed lies there. */
  readonly scratch: Lease
}

interface Feeding {
  readonly pool: Pick<Pool, 'call'>
  readonly bytes: number
  readonly open: () => Lease
}

export class FeedFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

const faulty = (message: string, at: number): FeedFault => new FeedFault({ ok: false, code: 'INVALID_JSON', message, at })
const NOT_CLOSED = 'it ends within a value'
const GOES_ON = 'something follows the closing bracket'

/** Throws FeedFault behind the last text where the text is no whole array. */
export async function* feed(file: TextFile, feeding: Feeding): AsyncGenerator<Fed, void> {
  if (file.compression !== 'none' || file.encoding !== 'utf-8') yield* streamed(file, feeding)
  else if (file.layout === 'lines') yield* ranges(file, feeding)
  else yield* cuts(file, feeding)
}

async function* ranges({ path, size }: TextFile, { bytes, open }: Feeding): AsyncGenerator<Fed, void> {
  for (let from = 0; from < size; from += bytes) yield { stretch: { path, from, to: Math.min(from + bytes, size), lines: true, size }, mayBeEmpty: true, scratch: open() }
}

async function* cuts({ path, size, layout, begin }: TextFile, { pool, bytes, open }: Feeding): AsyncGenerator<Fed, void> {
  const commas = layout === 'commas'
  const lease = open()
  let found: CutResult | Fault
  try {
    found = (await pool.call(TASKS, 'cutText', { path, from: begin, to: size, commas, bytes, scratch: lease.id } satisfies CutTask)) as CutResult | Fault
  } finally {
    lease.release()
  }
  if (!found.ok) throw new FeedFault(found)
  const end = commas ? (found.closed ?? size) : size
  let from = begin
  for (const to of [...found.ends.filter((cut) => cut < end), end]) {
    yield { stretch: { path, from, to, lines: false, size }, mayBeEmpty: !commas || (from === begin && to === end && found.closed !== undefined), scratch: open() }
    from = commas ? to + 1 : to
  }
  if (!commas) return
  if (found.closed === undefined) throw faulty(NOT_CLOSED, size)
  if (found.rest !== undefined) throw faulty(GOES_ON, found.rest)
}

const LINE_FEED = 10
const SLACK = 64

/** Text in shared memory that grows at its end and is cut off at its beginning. */
class Window {
  readonly #open: () => Lease
  readonly #bytes: number
  lease: Lease
  address = 0
  length = 0
  #room = 0
  /** Where in the text it begins. */
  offset: number

  constructor(open: () => Lease, bytes: number, offset: number) {
    this.#open = open
    this.#bytes = bytes
    this.offset = offset
    this.lease = open()
    this.#take(2 * bytes)
  }

  #take(room: number): void {
    this.address = this.lease.reserve(room + SLACK) >>> 0
    this.#room = room
  }

  get text(): Buffer {
    return textAt(this.lease.buffer, this.address, this.length)
  }

  /** Reads on until it is full; whether there may be more. */
  async fill(stream: ByteStream): Promise<boolean> {
    const free = this.#room - this.length
    const got = await stream.read(new Uint8Array(this.lease.buffer, this.address + this.length, free))
    this.length += got
    return got === free
  }

  /** More room, for a text that cannot be cut yet. */
  grow(): void {
    const { address, length } = this
    this.#take(this.#room * 2)
    new Uint8Array(this.lease.buffer).copyWithin(this.address, address, address + length)
  }

  /** Gives the first bytes away, with the lease; what follows `skipped` bytes more is in a new one. */
  cut(bytes: number, skipped: number, mayBeEmpty: boolean): Fed {
    const { lease, address, length } = this
    const rest = length - bytes - skipped
    const fed: Fed = { stretch: { address, length: bytes, from: this.offset }, mayBeEmpty, scratch: lease }
    try {
      this.lease = this.#open()
      this.#take(Math.max(2 * this.#bytes, rest + this.#bytes))
    } catch (error) {
      lease.release()
      throw error
    }
    new Uint8Array(lease.buffer).copyWithin(this.address, address + bytes + skipped, address + length)
    this.length = rest
    this.offset += bytes + skipped
    return fed
  }
}

async function* streamed(file: TextFile, { bytes, open }: Feeding): AsyncGenerator<Fed, void> {
  const { layout, begin } = file
  const stream = await openBytes(file.path, file.compression, file.encoding, layout === 'commas' ? begin : 0)
  const window = new Window(open, bytes, layout === 'commas' ? begin : 0)
  const commas = layout === 'commas'
  const cutOf = (text: Window): Cut | undefined => (layout === 'lines' ? lastLine(text) : nextCut(text, commas, bytes))
  let [first, closed] = [true, false]
  try {
    for (let more = true; more; ) {
      more = await window.fill(stream)
      for (let at = cutOf(window); at !== undefined; at = layout === 'lines' ? undefined : cutOf(window)) {
        closed = at.closed
        yield window.cut(at.bytes, commas ? 1 : 0, !commas || (first && closed && isSpace(window.text.subarray(0, at.bytes))))
        first = false
        if (closed) return await assertSpace(window, stream)
      }
      if (more && window.length >= bytes) window.grow()
    }
    if (commas && !closed) {
      yield window.cut(window.length, 0, false)
      throw faulty(NOT_CLOSED, window.offset)
    }
    if (window.length > 0) yield window.cut(window.length, 0, true)
  } finally {
    window.lease.release()
    await stream.close()
  }
}

interface Cut {
  readonly bytes: number
  /** The bracket that closes the array is there. */
  readonly closed: boolean
}

const lastLine = ({ text }: Window): Cut | undefined => {
  const at = text.lastIndexOf(LINE_FEED)
  return at < 0 ? undefined : { bytes: at + 1, closed: false }
}

const nextCut = ({ lease, address, length }: Window, commas: boolean, bytes: number): Cut | undefined => {
  const runtime = lease.nested as unknown as JsonFunctions
  const cut = lease.allocate(16) >>> 0
  const words = new Uint32Array(lease.buffer, cut, 4)
  if (commas) words[0] = 1
  const end = address + length
  const at = runtime.json_cut(cut | 0, address | 0, end | 0, Math.min(address + bytes, end) | 0, commas ? 1 : 0) >>> 0
  if (words[3] !== 0) return { bytes: words[3]! - address, closed: true }
  return at < end ? { bytes: at - address, closed: false } : undefined
}

const isSpace = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 9 || byte === 10 || byte === 13)

/** Throws FeedFault where anything but space is left. */
const assertSpace = async (window: Window, stream: ByteStream): Promise<void> => {
  for (let more = true; ; ) {
    const { text } = window
    const odd = text.findIndex((byte) => byte !== 0x20 && byte !== 9 && byte !== 10 && byte !== 13)
    if (odd >= 0) throw faulty(GOES_ON, window.offset + odd)
    if (!more) return
    window.offset += window.length
    window.length = 0
    more = await window.fill(stream)
  }
}
