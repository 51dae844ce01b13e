/**
 * The build side of hash joins: the right input's rows in a store with a word for each key; rows of one slot are chained
 * in their order.
 */
import { INT32, isFloating } from '../layout/types.ts'
import type { JoinKey } from '../plan/nodes.ts'
import { canonical, type ExpressionContext, emitExpr } from './expression.ts'
import { emitHash, emitSame, Interner, type Word } from './key-word.ts'
import { isInt, isInt32, type Shape, type Val } from './shape.ts'
import { appendRow, emitPut, Store, type StoreColumn } from './store.ts'
import { type Row, storeRow } from './stream.ts'
import type { Writer } from './writer.ts'

const WORD32: Shape = { type: INT32, rep: 'number', min: -2147483648, max: 2147483647 }
const WORD64: Shape = { type: { kind: 'double' }, rep: 'number' }

/** One key of the build side. Strings and bigints are numbered; what the probe side holds is brought to the same words. */
interface BuildKey {
  readonly words: StoreColumn
  readonly interner: Interner | undefined
  readonly big: boolean
}

export class Build {
  readonly store = new Store()
  /** First row + 1 by slot, and the next row + 1 by row. */
  private heads = new Int32Array(16)
  private next = new Int32Array(0)
  /** Rows with a NULL in a key that is not null-safe: they match nothing, and make `mark` unknown. */
  readonly withNull: number[] = []
  private readonly keys: BuildKey[] = []
  private hashes: StoreColumn | undefined
  private width = 0

  /** Code that keeps a right row. */
  emit(w: Writer, row: Row, keys: readonly JoinKey[], cx: ExpressionContext): void {
    const values = row.map((get) => get(w))
    const vals = keys.map((key) => emitExpr(w, key.right, row, cx))
    this.width = values.length
    const at = w.name(`${w.capture(this.store)}.rows`)
    appendRow(w, this.store, values)
    const words = vals.map((val) => {
      const key = buildKey(this.store, val)
      this.keys.push(key)
      const made = wordOf(w, key, val, 'id')
      emitPut(w, this.store, key.words, at, { ...key.words.shape, code: made.code, nul: made.nul })
      return made
    })
    this.hashes = this.store.add(WORD32, false)
    emitPut(w, this.store, this.hashes, at, { ...WORD32, code: emitHash(w, words), nul: '' })
    const unsafe = vals.filter((val, i) => val.nul !== '' && keys[i]!.nullSafe !== true).map((val) => val.nul)
    if (unsafe.length > 0) w.line(`if (${unsafe.join(' || ')}) ${w.capture(this.withNull)}.push(${at})`)
  }

  /** Builds the chains, once all rows are kept. */
  index(): void {
    const { rows } = this.store
    let size = 16
    while (size < rows * 2) size *= 2
    this.heads = new Int32Array(size)
    this.next = new Int32Array(rows)
    const skip = new Uint8Array(rows)
    for (const row of this.withNull) skip[row] = 1
    const hashes = this.hashes!.data as Int32Array
    for (let row = rows - 1; row >= 0; row--) {
      if (skip[row] !== 0) continue
      const slot = hashes[row]! & (size - 1)
      this.next[row] = this.heads[slot]!
      this.heads[slot] = row + 1
    }
  }

  /** Code for the candidates of a left row: `first` and `after(row)` give row numbers, below 0 at the end; `same` decides. */
  emitChain(w: Writer, keys: readonly JoinKey[], left: Row, cx: ExpressionContext): Chain {
    const vals = keys.map((key) => emitExpr(w, key.left, left, cx))
    const words = vals.map((val, i) => wordOf(w, this.keys[i]!, val, 'find'))
    const open = vals.filter((val, i) => val.nul !== '' && keys[i]!.nullSafe !== true).map((val) => val.nul)
    const start = `${w.capture(this.heads)}[${emitHash(w, words)} & ${this.heads.length - 1}] - 1`
    const next = w.capture(this.next)
    return {
      first: w.name(open.length === 0 ? start : `${open.join(' || ')} ? -1 : ${start}`),
      after: (row) => `${next}[${row}] - 1`,
      same: (writer, row) => words.map((word) => emitSame(writer, this.store, word, row)).join(' && ') || 'true',
      leftNull: open.join(' || ') || 'false',
      sameOrNull: (writer, row) =>
        words
          .map((word, i) => {
            if (keys[i]!.nullSafe === true) return emitSame(writer, this.store, word, row)
            const nulls = this.keys[i]!.words.nulls === undefined ? 'false' : `${writer.view(this.store, `${writer.capture(word.nulls)}.nulls`)}[${row}] !== 0`
            return `(${word.nul === '' ? 'false' : word.nul} || ${nulls} || ${emitSame(writer, this.store, word, row)})`
          })
          .join(' && ') || 'true',
    }
  }

  /** Right rows by number, as a store of the right input's columns. */
  kept(order: readonly number[]): Store {
    const out = this.store.permuted(order)
    out.columns.length = this.width
    return out
  }

  /** The right input's values of row `at`. */
  row(at: string): Row {
    return storeRow(this.store, at).slice(0, this.width)
  }

  /** The same, all NULL where `at` is below 0. */
  outerRow(at: string): Row {
    return this.store.columns.slice(0, this.width).map((column) => {
      const key = { column, at }
      return (w: Writer) =>
        w.cached(key, () => {
          const c = w.capture(column)
          const data = w.view(this.store, `${c}.data`)
          const { rep } = column.shape
          const absent = rep === 'bigint' ? '0n' : rep === 'string' ? "''" : '0'
          const value = w.name(`${at} < 0 ? ${absent} : ${data}[${at}]`)
          const nul = column.nulls === undefined ? `${at} < 0` : `${at} < 0 || ${w.view(this.store, `${c}.nulls`)}[${at}] !== 0`
          return { ...column.shape, code: rep === 'boolean' ? w.name(`${value} !== 0`) : value, nul: w.name(nul) }
        })
    })
  }
}

export interface Chain {
  readonly first: string
  readonly after: (row: string) => string
  readonly same: (w: Writer, row: string) => string
  /** Whether the left row has a NULL in a key that is not null-safe. */
  readonly leftNull: string
  /** Whether the keys of a row equal or are unknown. */
  readonly sameOrNull: (w: Writer, row: string) => string
}

const buildKey = (store: Store, val: Val): BuildKey => {
  const interned = val.rep === 'string' || val.rep === 'code' || val.rep === 'bigint'
  const narrow = interned || val.rep === 'boolean' || isInt32(val)
  return { words: store.add(narrow ? WORD32 : WORD64, val.nul !== ''), interner: interned ? new Interner() : undefined, big: val.rep === 'bigint' }
}

/** A value's word for a build key: `id` numbers unseen values, `find` gives −1. */
const wordOf = (w: Writer, key: BuildKey, val: Val, how: 'id' | 'find'): Word => ({
  code: keyCode(w, key, val, how),
  nul: val.nul,
  kind: isInt32(key.words.shape) ? 'int32' : isFloating(val.type) ? 'float' : 'number',
  column: key.words,
  nulls: key.words,
})

const keyCode = (w: Writer, { interner, big }: BuildKey, val: Val, how: 'id' | 'find'): string => {
  if (val.rep === 'boolean') return w.name(`${val.code} ? 1 : 0`)
  // A bigint beyond ±2^53 stays beyond as a number: it equals no word.
  if (interner === undefined) return val.rep === 'bigint' ? w.name(`Number(${val.code})`) : val.code
  if (val.rep === 'code') return codeWord(w, interner, val, how)
  const call = `${w.capture(interner)}.${how}(${big && isInt(val) ? `BigInt(${val.code})` : val.code})`
  return w.name(val.nul === '' ? call : `${val.nul} ? 0 : ${call}`)
}

/** Words by dictionary code are looked up once. */
const codeWord = (w: Writer, interner: Interner, val: Val, how: 'id' | 'find'): string => {
  // 0 is unknown, 1 stands for −1.
  const known = w.capture(new Int32Array(val.dict!.size + 1))
  const index = w.name(val.nul === '' ? val.code : `${val.nul} ? ${val.dict!.size} : ${val.code}`)
  const lookup = `${w.capture(interner)}.${how}(${canonical(w, val)}) + 2`
  w.line(`if (${known}[${index}] === 0) ${known}[${index}] = ${val.nul === '' ? lookup : `${val.nul} ? 2 : ${lookup}`}`)
  return w.name(`${known}[${index}] - 2`)
}
