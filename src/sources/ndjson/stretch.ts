/** A stretch of a text in shared memory, followed by bytes of 0: read from the file, or copied from where it was decompressed to. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { CallScope } from '../../bridge/worker.ts'
import { textAt } from '../../layout/memory.ts'
import { SLACK } from './text.ts'

/** Bytes [from, to) of a file; or a text in shared memory, which stays as it is. */
export type Stretch =
  | { readonly path: string; readonly from: number; readonly to: number; /** The lines that begin in it, whole. */ readonly lines: boolean; readonly size: number }
  | { readonly address: number; readonly length: number; /** Of its first byte. */ readonly from: number }

export interface PlacedText {
  readonly address: number
  readonly length: number
  /** Where in the file, or what it decompresses to, it begins. */
  readonly offset: number
}

/** Bytes read at first behind the end, to find a line's. */
const LOOK = 1 << 14
const LINE_FEED = 10

export const placeText = (stretch: Stretch, scope: Pick<CallScope, 'memory' | 'reserve'>, lease: number): PlacedText => {
  const memory = textAt(scope.memory.buffer, 0, scope.memory.buffer.byteLength)
  const room = (bytes: number): number => scope.reserve(lease, bytes + SLACK) >>> 0
  if (!('path' in stretch)) {
    const address = room(stretch.length)
    memory.copyWithin(address, stretch.address, stretch.address + stretch.length)
    memory.fill(0, address + stretch.length, address + stretch.length + SLACK)
    return { address, length: stretch.length, offset: stretch.from }
  }
  const { path, from, to, lines, size } = stretch
  const file = openSync(path, 'r')
  try {
    // The byte before tells whether a line begins here.
    const begin = lines && from > 0 ? from - 1 : from
    let end = lines ? Math.min(size, to + LOOK) : to
    let address = room(end - begin)
    let got = readAll(file, memory, address, begin, end)
    let start = 0
    if (begin < from) {
      const feed = memory.subarray(address, address + Math.min(got, to - begin)).indexOf(LINE_FEED)
      if (feed < 0) return { address, length: 0, offset: from }
      start = feed + 1
    }
    let stop = got
    if (lines && to < size) {
      if (begin + start >= to) return { address, length: 0, offset: from }
      for (let at = to - 1 - begin; ; ) {
        const feed = memory.subarray(address + at, address + got).indexOf(LINE_FEED)
        if (feed >= 0) {
          stop = at + feed + 1
          break
        }
        if (begin + got >= size || begin + got < end) break
        at = got
        end = Math.min(size, end + Math.max(LOOK, end - begin))
        const wider = room(end - begin)
        memory.copyWithin(wider, address, address + got)
        address = wider
        got += readAll(file, memory, address + got, begin + got, end)
        stop = got
      }
    }
    memory.fill(0, address + stop, address + stop + SLACK)
    return { address: address + start, length: stop - start, offset: begin + start }
  } finally {
    closeSync(file)
  }
}

const readAll = (file: number, memory: Buffer, address: number, from: number, to: number): number => {
  let got = 0
  while (from + got < to) {
    const n = readSync(file, memory, address + got, to - from - got, from + got)
    if (n === 0) break
    got += n
  }
  return got
}
