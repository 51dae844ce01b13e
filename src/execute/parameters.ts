/** A stage's parameters in memory: 16 bytes each; behind them the elements of sets, and the bytes of texts, which are slices of them. */
import type { Param } from '../compile.ts'
import type { Arena } from '../layout/relation.ts'
import type { SetElement, Value } from '../operators/registry.ts'

/** Bytes of an element of a set. */
const ELEMENT: Record<SetElement, number> = { i64: 8, i128: 16, f64: 8, str: 8 }

export const writeParameters = (params: readonly Param[], arena: Arena): number => {
  const prepared = params.map((p) => ({ type: p.type, values: p.type === 'vec' ? ordered(p.element, p.values) : [p.type === 'str' ? bytesOf(p.value as string | Uint8Array) : p.value] }))
  const bytes = prepared.reduce((n, { values }) => n + values.reduce((m: number, v) => m + (v instanceof Buffer ? v.length : 0), 0), 0)
  const elements = params.reduce((n, p) => n + (p.type === 'vec' ? p.values.length * ELEMENT[p.element] : 0), 0)
  const block = arena.allocate(params.length * 16 + elements + bytes)
  const view = new DataView(arena.buffer)
  let set = block + params.length * 16
  let text = set + elements
  const write = (type: SetElement | 'bool' | 'i32' | 'f32', value: Value | Buffer, address: number): void => {
    switch (type) {
      case 'bool':
        view.setInt32(address, value ? 1 : 0, true)
        return
      case 'i32':
        view.setInt32(address, Number(value), true)
        return
      case 'i64':
        view.setBigInt64(address, BigInt(value as bigint | number), true)
        return
      case 'i128': {
        const n = BigInt(value as bigint | number)
        view.setBigInt64(address, BigInt.asIntN(64, n), true)
        view.setBigInt64(address + 8, BigInt.asIntN(64, n >> 64n), true)
        return
      }
      case 'f32':
        view.setFloat32(address, value as number, true)
        return
      case 'f64':
        view.setFloat64(address, value as number, true)
        return
      case 'str': {
        const slice = value as Buffer
        new Uint8Array(arena.buffer, text, slice.length).set(slice)
        view.setUint32(address, text, true)
        view.setUint32(address + 4, slice.length, true)
        text += slice.length
      }
    }
  }
  params.forEach((p, i) => {
    const address = block + i * 16
    const values = (prepared[i] as (typeof prepared)[number]).values
    if (p.type !== 'vec') return write(p.type, values[0] as Value | Buffer, address)
    view.setUint32(address, set, true)
    view.setUint32(address + 4, values.length, true)
    for (const value of values) {
      write(p.element, value, set)
      set += ELEMENT[p.element]
    }
  })
  return block
}

const bytesOf = (value: string | Uint8Array): Buffer => (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value))

/** A set's elements as searches want them: ascending, texts by their bytes. */
const ordered = (element: SetElement, values: readonly Value[]): readonly (Value | Buffer)[] =>
  element === 'str' ? values.map((v) => bytesOf(v as string | Uint8Array)).sort(Buffer.compare) : [...values].sort((a, b) => ((a as bigint) < (b as bigint) ? -1 : 1))
