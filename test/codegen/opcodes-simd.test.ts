/** Every 128-bit opcode of the table is executed over edge values and compared with test/codegen/simd-model.ts. */
import { describe, expect, it } from 'vitest'
import { type FunctionBuilder, ModuleBuilder } from '../../src/codegen/encoder.ts'
import { OPCODES, type Opcode, type WasmType } from '../../src/codegen/opcodes.ts'
import { lanesOf, loadModel, modelOf, type Operand, type Value, vectorOf } from './simd-model.ts'

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
const bytes = new Uint8Array(memory.buffer)
const OPERAND = 1024
const RESULT = 2048

const F32 = [0, -0, 1.5, -2.5, 3e9, -3e9, Number.NaN, Number.POSITIVE_INFINITY]
const F64 = [0, -0, 0.5, -1.5, 2.5, 1e300, -1e10, Number.NaN, Number.NEGATIVE_INFINITY, 4294967295, 5e-324, -0.1]
const I64 = [0n, 1n, -1n, 127n, -128n, 128n, 255n, 32767n, -32768n, 65535n, (1n << 31n) - 1n, -(1n << 31n), (1n << 32n) + 5n, (1n << 63n) - 1n, -(1n << 63n), 0x0123456789abcdefn]
/** Vectors of edges in every shape, mixed so that lanes differ. */
const VECTORS: readonly Uint8Array[] = [
  ...I64.map((_, i) => vectorOf('i64x2', [I64[i] as bigint, I64[(i + 5) % I64.length] as bigint])),
  ...[0, 4, 8, 12].map((i) => vectorOf('i32x4', [0, 1, 2, 3].map((k) => I64[i + k] as bigint))),
  ...[0, 8].map((i) => vectorOf('i16x8', [0, 1, 2, 3, 4, 5, 6, 7].map((k) => I64[i + k] as bigint))),
  vectorOf('i8x16', I64),
  ...[0, 2, 4].map((i) => vectorOf('f32x4', [0, 1, 2, 3].map((k) => F32[i + k] as number))),
  ...[0, 2, 4, 6, 8, 10].map((i) => vectorOf('f64x2', [F64[i] as number, F64[i + 1] as number])),
  new Uint8Array(16).fill(255),
  Uint8Array.from({ length: 16 }, (_, i) => (i * 7 + 3) % 40),
]
const SCALARS: Record<Exclude<Operand, 'v128'>, readonly Value[]> = { i32: [0n, 1n, -1n, 7n, 31n, 33n, -128n, 2147483647n], i64: I64, f32: F32, f64: F64 }

const compile = (params: readonly WasmType[], result: readonly WasmType[], body: (f: FunctionBuilder) => void): ((...args: (number | bigint)[]) => number | bigint) => {
  const module = new ModuleBuilder()
  const f = module.function({ params, results: result }, 'f')
  body(f)
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } }).exports['f'] as (...args: (number | bigint)[]) => number | bigint
}
const immediate = (f: FunctionBuilder, name: Opcode, at: readonly number[]): void => {
  if (name === 'v128.const') f.v128(at)
  else if (name === 'i8x16.shuffle') f.shuffle(at)
  else if (at.length) f.lane(name, at[0] as number)
  else f.op(name)
}

/** A NaN is a NaN, whatever its bits. */
const shown = (name: string, v: Value): unknown => {
  if (!(v instanceof Uint8Array)) return v
  const shape = name.split('.')[0] as Parameters<typeof lanesOf>[0]
  const floats = /^f\d/.test(shape) && !/\.([lg][te]|eq|ne)$/.test(name)
  return floats ? lanesOf(shape, v).map((x) => (Object.is(x, -0) ? '-0' : String(x))) : Buffer.from(v).toString('hex')
}

/** Operands from the edges: all where one is taken, each with shifted others where there are more. */
const argumentsOf = (operands: readonly Operand[]): Value[][] => {
  const pool = (o: Operand): readonly Value[] => (o === 'v128' ? VECTORS : SCALARS[o])
  if (operands.length === 0) return [[]]
  const size = Math.max(...operands.map((o) => pool(o).length))
  return Array.from({ length: operands.length === 1 ? size : size * 5 }, (_, n) => operands.map((o, k) => pool(o)[(n * (k === 0 ? 1 : 2 * k + 1) + Math.floor(n / size) * k) % pool(o).length] as Value))
}

const wide = (Object.keys(OPCODES) as Opcode[]).filter((name) => OPCODES[name][0] === 0xfd)

describe('128-bit opcodes', () => {
  for (const name of wide.filter((n) => !/^v128\.(load|store)/.test(n))) {
    it(name, () => {
      const model = modelOf(name)
      if (!model) throw new Error(`${name} has no known answers`)
      const result: WasmType = model.result
      const scalars = model.operands.filter((o) => o !== 'v128')
      const f = compile(scalars as WasmType[], result === 'v128' ? [] : [result], (f) => {
        if (result === 'v128') f.i32(RESULT)
        let scalar = 0
        model.operands.forEach((o, i) => (o === 'v128' ? f.i32(OPERAND).memory('v128.load', i * 16) : f.get(scalar++)))
        immediate(f, name, model.immediate)
        if (result === 'v128') f.memory('v128.store')
      })
      for (const args of argumentsOf(model.operands)) {
        model.operands.forEach((o, i) => o === 'v128' && bytes.set(args[i] as Uint8Array, OPERAND + i * 16))
        const plain = args.filter((_, i) => model.operands[i] !== 'v128').map((x, i) => (scalars[i] === 'i32' ? Number(x) : (x as bigint | number)))
        const returned = f(...plain)
        const got: Value = result === 'v128' ? bytes.slice(RESULT, RESULT + 16) : result === 'i32' ? BigInt(returned) : returned
        const want = model.apply(...args.map((x, i) => (model.operands[i] === 'f32' ? Math.fround(x as number) : x)))
        expect(shown(name, got), `${name}(${args.map((a) => shown('i8x16.', a)).join()})`).toEqual(shown(name, want))
      }
    })
  }

  for (const name of wide.filter((n) => n.startsWith('v128.load'))) {
    it(name, () => {
      const lane = name.endsWith('_lane')
      const f = compile(['i32'], [], (f) => {
        f.i32(RESULT).get(0)
        if (lane) f.i32(OPERAND).memory('v128.load').memoryLane(name, 4, 1)
        else f.memory(name, 4)
        f.memory('v128.store')
      })
      const old = VECTORS[4] as Uint8Array
      bytes.set(old, OPERAND)
      for (const v of VECTORS) {
        // Not aligned, and with an offset.
        bytes.set(v, 3001 + 4)
        f(3001)
        const want = loadModel(name.slice(5), v, old)
        if (!want) throw new Error(`${name} has no known answers`)
        expect(Buffer.from(bytes.slice(RESULT, RESULT + 16)).toString('hex')).toBe(Buffer.from(want).toString('hex'))
      }
    })
  }

  for (const name of wide.filter((n) => n.startsWith('v128.store'))) {
    it(name, () => {
      const width = Number(/store(\d+)_lane/.exec(name)?.[1] ?? 128) / 8
      const from = width === 16 ? 0 : width
      const f = compile(['i32'], [], (f) => {
        f.get(0).i32(OPERAND).memory('v128.load')
        if (width === 16) f.memory(name, 4)
        else f.memoryLane(name, 4, 1)
      })
      const v = VECTORS.at(-1) as Uint8Array
      bytes.set(v, OPERAND)
      bytes.fill(0xee, 3000, 3040)
      f(3001)
      expect([...bytes.slice(3000, 3040)]).toEqual(Array.from({ length: 40 }, (_, i) => (i >= 5 && i < 5 + width ? v[from + i - 5] : 0xee)))
    })
  }
})
