/** Strings out of the shared memory. Buffer decodes over a SharedArrayBuffer, which TextDecoder refuses. */

const windows = new WeakMap<ArrayBufferLike, Buffer[]>()
const WINDOW = 2 ** 30

/** A Buffer that holds [from, to) and where `from` is in it; Buffers end at 4 GiB or less, so memory is seen by windows. */
const decode = (buffer: ArrayBufferLike, from: number, length: number, encoding: 'utf8' | 'latin1'): string => {
  if (length === 0) return ''
  const index = Math.floor(from / WINDOW)
  const start = from - index * WINDOW
  if (start + length > WINDOW) return Buffer.from(buffer as ArrayBuffer, from, length).toString(encoding)
  let all = windows.get(buffer)
  if (all === undefined) windows.set(buffer, (all = []))
  const window = (all[index] ??= Buffer.from(buffer as ArrayBuffer, index * WINDOW, Math.min(WINDOW, buffer.byteLength - index * WINDOW)))
  return window.toString(encoding, start, start + length)
}

const words = new WeakMap<ArrayBufferLike, Uint32Array>()

const wordsOf = (buffer: ArrayBufferLike): Uint32Array => {
  let view = words.get(buffer)
  if (view === undefined) words.set(buffer, (view = new Uint32Array(buffer, 0, Math.floor(buffer.byteLength / 4))))
  return view
}

/** Entry `index` of an array of slices. */
export const readSlice = (buffer: ArrayBufferLike, slices: number, index: number, encoding: 'utf8' | 'latin1' = 'utf8'): string => {
  const view = wordsOf(buffer)
  const at = (slices >>> 2) + index * 2
  return decode(buffer, view[at]!, view[at + 1]!, encoding)
}

/** Row `index` of a utf8 column. */
export const readUtf8 = (buffer: ArrayBufferLike, data: number, index: number, offsets: Uint32Array): string =>
  decode(buffer, data + offsets[index]!, offsets[index + 1]! - offsets[index]!, 'utf8')

/** The same of bytes: a character each. */
export const readByteSlice = (buffer: ArrayBufferLike, slices: number, index: number): string => readSlice(buffer, slices, index, 'latin1')
export const readBytes = (buffer: ArrayBufferLike, data: number, index: number, offsets: Uint32Array): string =>
  decode(buffer, data + offsets[index]!, offsets[index + 1]! - offsets[index]!, 'latin1')

/** Bytes as the interpreter holds them, and back. */
export const latin1Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
export const bytesOf = (latin1: string): Uint8Array => Uint8Array.from(Buffer.from(latin1, 'latin1'))
