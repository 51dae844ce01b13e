/**
 * Keys as machine numbers: codes and numbers stand for themselves, strings and bigints for a number given at first sight.
 */
import { isFloating } from '../layout/types.ts'
import { isInt32, type Val } from './shape.ts'
import type { Store, StoreColumn } from './store.ts'
import type { Writer } from './writer.ts'

/** Numbers strings and bigints in the order they are first seen. */
export class Interner {
  private readonly ids = new Map<unknown, number>()

  get size(): number {
    return this.ids.size
  }

  id(value: unknown): number {
    let id = this.ids.get(value)
    if (id === undefined) {
      id = this.ids.size
      this.ids.set(value, id)
    }
    return id
  }

  /** −1 for a value never numbered. */
  find(value: unknown): number {
    return this.ids.get(value) ?? -1
  }
}

export interface Word {
  readonly code: string
  readonly nul: string
  readonly kind: 'int32' | 'number' | 'float'
  /** Where earlier rows' words lie. */
  readonly column: StoreColumn
  /** Where earlier rows' NULLs are marked. */
  readonly nulls: StoreColumn
}

type Bare = Omit<Word, 'column' | 'nulls'>

export const word = (w: Writer, val: Val, interner: Interner | undefined): Bare => {
  const { nul } = val
  if (interner !== undefined) {
    const call = `${w.capture(interner)}.id(${val.code})`
    return { code: w.name(nul === '' ? call : `${nul} ? 0 : ${call}`), nul, kind: 'int32' }
  }
  if (val.rep === 'boolean') return { code: w.name(`${val.code} ? 1 : 0`), nul, kind: 'int32' }
  if (val.rep === 'code' || isInt32(val)) return { code: val.code, nul, kind: 'int32' }
  return { code: val.code, nul, kind: isFloating(val.type) ? 'float' : 'number' }
}

const bits = new Float64Array(1)
const halves = new Int32Array(bits.buffer)

/** A 32-bit hash of the words; NULLs hash alike, as do NaNs, and −0 as 0. */
export const emitHash = (w: Writer, words: readonly Bare[]): string => {
  const hash = w.fresh('h')
  w.line(`let ${hash} = 0`)
  for (const { code, nul, kind } of words) {
    const mix = (part: string) => `${hash} = Math.imul(${hash} ^ ${part}, 0x9E3779B1); ${hash} ^= ${hash} >>> 15`
    if (kind === 'int32') {
      w.line(mix(nul === '' ? code : `(${nul} ? 0x5bd1e995 : ${code})`))
      continue
    }
    const plain = kind === 'float' ? `(${code} !== ${code} ? 0.5 : ${code} + 0)` : code
    w.line(`${w.capture(bits)}[0] = ${nul === '' ? plain : `${nul} ? 0.25 : ${plain}`}`)
    w.line(mix(`${w.capture(halves)}[0]`))
    w.line(mix(`${w.capture(halves)}[1]`))
  }
  return hash
}

/** Code that tells whether the store's row `at` has this word. */
export const emitSame = (w: Writer, store: Store, word: Word, at: string): string => {
  const kept = `${w.view(store, `${w.capture(word.column)}.data`)}[${at}]`
  const equal = word.kind === 'float' ? `(${kept} === ${word.code} || (${kept} !== ${kept} && ${word.code} !== ${word.code}))` : `${kept} === ${word.code}`
  if (word.nulls.nulls === undefined) return word.nul === '' ? equal : `(!(${word.nul}) && ${equal})`
  const keptNull = `${w.view(store, `${w.capture(word.nulls)}.nulls`)}[${at}] !== 0`
  return word.nul === '' ? `(!(${keptNull}) && ${equal})` : `(${keptNull} ? ${word.nul} : !(${word.nul}) && ${equal})`
}
