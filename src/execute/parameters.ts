/** A stage's parameters in memory: 16 bytes each, strings as slices of bytes that lie behind them. */
import type { Param } from '../compile.ts'
import type { Arena } from '../layout/relation.ts'

export const writeParameters = (params: readonly Param[], arena: Arena): number => {
  const texts = params.map((p) => (p.type === 'str' ? Buffer.from(p.value as string, 'utf8') : undefined))
  const bytes = texts.reduce((n, t) => n + (t?.length ?? 0), 0)
  const block = arena.allocate(params.length * 16 + bytes)
  const view = new DataView(arena.buffer)
  let at = block + params.length * 16
  params.forEach(({ type, value }, i) => {
    const address = block + i * 16
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
        const text = texts[i] as Buffer
        new Uint8Array(arena.buffer, at, text.length).set(text)
        view.setUint32(address, at, true)
        view.setUint32(address + 4, text.length, true)
        at += text.length
      }
    }
  })
  return block
}
