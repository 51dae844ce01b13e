/**
 * Rows told apart by keys, as grouping and DISTINCT need it: NULL equals NULL, NaN equals NaN, −0 equals 0. Keys of few
 * possible values index an array; all others go through an open-addressing table of row numbers.
 */
import { emitHash, emitSame, Interner, word, type Word } from './key-word.ts'
import type { Shape, Val } from './shape.ts'
import { isInt, shapeIn } from './shape.ts'
import { emitPut, emitRoom, type Store, type StoreColumn } from './store.ts'
import type { Writer } from './writer.ts'

const DENSE_LIMIT = 1 << 18

export class KeyTable {
  /** A row a distinct key, in the order of first appearance; the key columns come first. */
  readonly store: Store
  /** Row + 1 by hash or by dense index; 0 = free. */
  slots = new Int32Array(2048)
  private hashes: StoreColumn | undefined

  constructor(store: Store) {
    this.store = store
  }

  rehash(): void {
    const hashes = this.hashes!.data as Int32Array
    const slots = new Int32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let row = 0; row < this.store.rows; row++) {
      let at = hashes[row]! & mask
      while (slots[at] !== 0) at = (at + 1) & mask
      slots[at] = row + 1
    }
    this.slots = slots
  }

  /** Code that finds the row of a key or makes it; `created` writes what else a new row `at` needs. */
  emitLookup(w: Writer, keys: readonly Val[], created: (at: string) => void): { row: string; columns: StoreColumn[] } {
    const columns = keys.map((key) => this.store.add(shapeIn(key), key.nul !== ''))
    const make = (at: string, then: () => void): void => {
      const s = w.capture(this.store)
      w.line(`${at} = ${s}.rows`)
      emitRoom(w, this.store, at)
      keys.forEach((key, i) => {
        emitPut(w, this.store, columns[i]!, at, key)
      })
      w.line(`${s}.rows = ${at} + 1`)
      then()
      created(at)
    }
    const row = w.fresh('g')
    const dense = denseIndex(w, keys)
    const t = w.capture(this)
    if (dense !== undefined) {
      this.slots = new Int32Array(dense.size)
      const slots = w.capture(this.slots)
      const index = w.name(dense.code)
      w.line(`let ${row} = ${slots}[${index}] - 1`)
      w.block(`if (${row} < 0) {`, () => make(row, () => w.line(`${slots}[${index}] = ${row} + 1`)))
      return { row, columns }
    }
    const words = keys.map((key, i) => this.keyWord(w, key, columns[i]!))
    const hashes = this.store.add(INT32, false)
    this.hashes = hashes
    const hash = emitHash(w, words)
    const slots = w.view(this, `${t}.slots`)
    const slot = w.fresh('p')
    w.line(`let ${row}, ${slot} = ${hash} & (${slots}.length - 1)`)
    w.line(
      `while ((${row} = ${slots}[${slot}] - 1) >= 0 && !(${words.map((one) => emitSame(w, this.store, one, row)).join(' && ')})) ${slot} = (${slot} + 1) & (${slots}.length - 1)`,
    )
    w.block(`if (${row} < 0) {`, () =>
      make(row, () => {
        for (const one of words) if (one.own) emitPut(w, this.store, one.column, row, { ...one.column.shape, code: one.code, nul: '' })
        w.line(`${w.view(this.store, `${w.capture(hashes)}.data`)}[${row}] = ${hash}`)
        w.line(`${slots}[${slot}] = ${row} + 1`)
        w.line(`if (${row} * 2 > ${slots}.length) { ${t}.rehash(); ${w.reload(this)} }`)
      }),
    )
    return { row, columns }
  }

  private keyWord(w: Writer, key: Val, column: StoreColumn): Word & { own: boolean } {
    const interned = key.rep === 'string' || key.rep === 'bigint'
    const one = word(w, key, interned ? new Interner() : undefined)
    return { ...one, column: interned ? this.store.add(INT32, false) : column, nulls: column, own: interned }
  }
}

const INT32: Shape = { type: { kind: 'int32' }, rep: 'number', min: -2147483648, max: 2147483647 }

/** An index below `size` that is one-to-one with the keys, where there are few. */
const denseIndex = (w: Writer, keys: readonly Val[]): { code: string; size: number } | undefined => {
  let size = 1
  let code = '0'
  for (const key of keys) {
    const low = isInt(key) ? key.min : 0
    const high = isInt(key) ? key.max : key.rep === 'boolean' ? 1 : key.rep === 'code' ? Math.max(key.dict!.size - 1, 0) : undefined
    if (high === undefined) return undefined
    const span = high - low + 2
    size *= span
    if (size > DENSE_LIMIT) return undefined
    const plain = key.rep === 'boolean' ? `(${key.code} ? 1 : 0)` : low === 0 ? key.code : `(${key.code} - ${w.number(low)})`
    const digit = key.nul === '' ? plain : `(${key.nul} ? ${span - 1} : ${plain})`
    code = code === '0' ? digit : `(${code} * ${span} + ${digit})`
  }
  return { code, size }
}
