/** Texts of other encodings as UTF-8, a piece at a time. */
import { SourceError } from '../../errors.ts'

const LABELS = { 'latin-1': 'windows-1252', 'utf-16': 'utf-16le' } as const

/** Latin-1 byte by byte; UTF-16 by its mark, little-endian without one. Throws SourceError INVALID_UTF8 for half a pair or character. */
export async function* transcoded(pieces: AsyncIterable<Uint8Array>, encoding: keyof typeof LABELS, path: string): AsyncGenerator<Uint8Array, void> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  try {
    for await (const piece of pieces) {
      if (encoding === 'latin-1') {
        yield Buffer.from(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1'))
        continue
      }
      decoder ??= new TextDecoder(piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : LABELS[encoding], { fatal: true })
      yield Buffer.from(decoder.decode(piece, { stream: true }))
    }
    if (decoder) yield Buffer.from(decoder.decode())
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new SourceError('INVALID_UTF8', `${path} is no ${encoding.toUpperCase()}`, { path, cause })
  }
}
