/** Where in a text a byte is, for people: the line and the character in it, from 1. */
import type { ByteStream } from '../text/byte-stream.ts'

const LINE_FEED = 10
const READ = 1 << 18

/** `stream` begins where the text does; a byte-order mark is no character of it. */
export const locate = async (stream: ByteStream, offset: number): Promise<{ line: number; column: number }> => {
  const bytes = new Uint8Array(READ)
  let [line, column] = [1, 1]
  for (let at = 0; at < offset; ) {
    const got = await stream.read(bytes.subarray(0, Math.min(READ, offset - at)))
    if (got === 0) break
    const from = at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    for (let i = from; i < got; i++) {
      const byte = bytes[i]!
      if (byte === LINE_FEED) {
        line++
        column = 1
      } else if ((byte & 0xc0) !== 0x80) column++
    }
    at += got
  }
  return { line, column }
}
