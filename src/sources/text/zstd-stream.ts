/**
 * Zstandard in pieces. Node 20 has none, and later ones' stream ends with the first frame. The library decodes what it is given and does not tell
 * where a frame ends; so frames are taken apart here, and it gets a block at a time, of at most 128 KiB of output. A file that ends within
 * a frame is damaged.
 */
const MAGIC = 0xfd2fb528
/** The window that zstd itself accepts by default. */
const MAX_WINDOW = 2 ** 27
const BLOCK = 1 << 17

/** Bytes of a stream, so many at a time. */
class Taker {
  readonly #pieces: AsyncIterator<Uint8Array>
  #have: Buffer = Buffer.alloc(0)

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** undefined where nothing is left. Throws Error where less is left. */
  async take(bytes: number): Promise<Buffer | undefined> {
    while (this.#have.length < bytes) {
      const next = await this.#pieces.next()
      if (next.done) {
        if (this.#have.length === 0) return undefined
        throw new Error('it ends too early')
      }
      this.#have = Buffer.concat([this.#have, next.value])
    }
    const taken = this.#have.subarray(0, bytes)
    this.#have = this.#have.subarray(bytes)
    return taken
  }

  async need(bytes: number): Promise<Buffer> {
    if (bytes === 0) return Buffer.alloc(0)
    const taken = await this.take(bytes)
    if (!taken) throw new Error('it ends too early')
    return taken
  }
}

interface Frame {
  readonly header: Buffer
  readonly checksum: boolean
  /** Bytes of content, where the header says it. */
  readonly size: number | undefined
}

const readHeader = async (taker: Taker, magic: Buffer): Promise<Frame> => {
  const descriptor = await taker.need(1)
  const flags = descriptor[0] as number
  const single = (flags & 0x20) !== 0
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] as number
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number
  const rest = Buffer.from(await taker.need((single ? 0 : 1) + dictionaryBytes + sizeBytes))
  const at = rest.length - sizeBytes
  const size = sizeBytes === 0 ? undefined : sizeBytes === 1 ? rest[at] : sizeBytes === 2 ? rest.readUInt16LE(at) + 256 : sizeBytes === 4 ? rest.readUInt32LE(at) : Number(rest.readBigUInt64LE(at))
  const exponent = (rest[0] as number) >> 3
  const window = single ? (size as number) : 2 ** (10 + exponent) * (1 + ((rest[0] as number) & 7) / 8)
  if (window > MAX_WINDOW) throw new Error('its window is larger than 128 MiB')
  return { header: Buffer.concat([magic, descriptor, rest]), checksum: (flags & 4) !== 0, size }
}

interface Decoder {
  reset(): void
  decompressChunk(bytes: Uint8Array, most: number): Uint8Array
}

/** `load` gives one object a process, whose state others reset while a stream waits for its next piece: a stream has a state of its own. */
const openDecoder = async (): Promise<Decoder> => {
  const shared = (await (await import('@hpcc-js/wasm-zstd')).Zstd.load()) as unknown as { _mainModule: unknown; _zstdClass: new () => unknown }
  return Object.assign(Object.create(Object.getPrototypeOf(shared)), { _mainModule: shared._mainModule, _zstdClass: shared._zstdClass, _zstd: new shared._zstdClass() })
}

export async function* zstdPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const zstd = await openDecoder()
  const taker = new Taker(source)
  for (let magic = await taker.take(4); magic; magic = await taker.take(4)) {
    const number = magic.readUInt32LE(0)
    if (number >>> 4 === 0x184d2a5) {
      for (let left = (await taker.need(4)).readUInt32LE(0); left > 0; left -= Math.min(left, 1 << 16)) await taker.need(Math.min(left, 1 << 16))
      continue
    }
    if (number !== MAGIC) throw new Error('a frame does not begin as one')
    const { header, checksum, size } = await readHeader(taker, Buffer.from(magic))
    zstd.reset()
    zstd.decompressChunk(header, 16)
    let total = 0
    for await (const block of blocksOf(taker, checksum)) {
      const piece = zstd.decompressChunk(block, BLOCK)
      if (piece.length > BLOCK) throw new Error('a block is damaged')
      total += piece.length
      if (piece.length > 0) yield piece
    }
    if (size !== undefined && total !== size) throw new Error('a frame is damaged')
  }
}

/** Blocks with their headers, and the checksum behind the last one. */
async function* blocksOf(taker: Taker, checksum: boolean): AsyncGenerator<Buffer, void> {
  for (let last = false; !last; ) {
    const header = Buffer.from(await taker.need(3))
    const word = header.readUIntLE(0, 3)
    last = (word & 1) !== 0
    const kind = (word >> 1) & 3
    if (kind === 3 || (kind !== 1 && word >> 3 > BLOCK)) throw new Error('a block is damaged')
    const content = await taker.need(kind === 1 ? 1 : word >> 3)
    yield Buffer.concat([header, content, last && checksum ? await taker.need(4) : Buffer.alloc(0)])
  }
}
