/**
 * Every opcode of the table is executed against a known answer: a wrong byte or immediate shows here by its name. Those of 128
 * bits are in opcodes-simd.test.ts.
 */
import { describe, expect, it } from 'vitest'
import { type FunctionBuilder, ModuleBuilder } from '../../src/codegen/encoder.ts'
import { OPCODES, type Opcode, type WasmType } from '../../src/codegen/opcodes.ts'

type Value = number | bigint
const MIN32 = -2147483648
const MIN64 = -(1n << 63n)
const F = Math.fround

/** operands → result; types follow from the name. */
const PURE: Partial<Record<Opcode, readonly (readonly [readonly Value[], Value])[]>> = {
  'i32.eqz': [[[0], 1], [[5], 0]],
  'i32.eq': [[[3, 3], 1], [[3, 4], 0]],
  'i32.ne': [[[3, 3], 0], [[3, 4], 1]],
  'i32.lt_s': [[[-1, 0], 1], [[0, 0], 0]],
  'i32.lt_u': [[[-1, 0], 0], [[0, -1], 1]],
  'i32.gt_s': [[[0, -1], 1], [[-1, 0], 0]],
  'i32.gt_u': [[[0, -1], 0], [[-1, 0], 1]],
  'i32.le_s': [[[-1, -1], 1], [[0, -1], 0]],
  'i32.le_u': [[[-1, -1], 1], [[0, -1], 1], [[-1, 0], 0]],
  'i32.ge_s': [[[-1, -1], 1], [[-1, 0], 0]],
  'i32.ge_u': [[[-1, 0], 1], [[0, -1], 0]],
  'i64.eqz': [[[0n], 1], [[1n << 40n], 0]],
  'i64.eq': [[[3n, 3n], 1], [[3n, 4n], 0]],
  'i64.ne': [[[3n, 3n], 0], [[3n, 1n << 32n], 1]],
  'i64.lt_s': [[[-1n, 0n], 1], [[0n, 0n], 0]],
  'i64.lt_u': [[[-1n, 0n], 0], [[0n, -1n], 1]],
  'i64.gt_s': [[[0n, -1n], 1], [[-1n, 0n], 0]],
  'i64.gt_u': [[[0n, -1n], 0], [[-1n, 0n], 1]],
  'i64.le_s': [[[-1n, -1n], 1], [[0n, -1n], 0]],
  'i64.le_u': [[[-1n, -1n], 1], [[0n, -1n], 1], [[-1n, 0n], 0]],
  'i64.ge_s': [[[-1n, -1n], 1], [[-1n, 0n], 0]],
  'i64.ge_u': [[[-1n, 0n], 1], [[0n, -1n], 0]],
  'f32.eq': [[[1.5, 1.5], 1], [[Number.NaN, Number.NaN], 0]],
  'f32.ne': [[[1.5, 1.5], 0], [[Number.NaN, Number.NaN], 1]],
  'f32.lt': [[[1, 2], 1], [[2, 2], 0]],
  'f32.gt': [[[2, 1], 1], [[2, 2], 0]],
  'f32.le': [[[2, 2], 1], [[3, 2], 0]],
  'f32.ge': [[[2, 2], 1], [[2, 3], 0]],
  'f64.eq': [[[0, -0], 1], [[Number.NaN, Number.NaN], 0]],
  'f64.ne': [[[0, -0], 0], [[Number.NaN, Number.NaN], 1]],
  'f64.lt': [[[1, 2], 1], [[2, 2], 0]],
  'f64.gt': [[[2, 1], 1], [[2, 2], 0]],
  'f64.le': [[[2, 2], 1], [[3, 2], 0]],
  'f64.ge': [[[2, 2], 1], [[2, 3], 0]],
  'i32.popcnt': [[[0], 0], [[-1], 32], [[0x0f0f], 8]],
  'i32.add': [[[2147483647, 1], MIN32]],
  'i32.sub': [[[MIN32, 1], 2147483647]],
  'i32.mul': [[[65536, 65536], 0], [[7, -3], -21]],
  'i32.div_s': [[[-7, 2], -3]],
  'i32.div_u': [[[-7, 2], 2147483644], [[7, -1], 0]],
  'i32.rem_s': [[[-7, 2], -1], [[MIN32, -1], 0]],
  'i32.rem_u': [[[-7, 2], 1], [[7, -1], 7]],
  'i32.and': [[[12, 10], 8]],
  'i32.or': [[[12, 10], 14]],
  'i32.xor': [[[12, 10], 6]],
  'i32.shl': [[[1, 31], MIN32], [[1, 33], 2]],
  'i32.shr_s': [[[-8, 1], -4]],
  'i32.shr_u': [[[-8, 1], 2147483644]],
  'i64.add': [[[(1n << 63n) - 1n, 1n], MIN64]],
  'i64.sub': [[[MIN64, 1n], (1n << 63n) - 1n]],
  'i64.mul': [[[1n << 32n, 1n << 32n], 0n], [[7n, -3n], -21n]],
  'i64.div_s': [[[-7n, 2n], -3n]],
  'i64.div_u': [[[-7n, 2n], 9223372036854775804n], [[7n, -1n], 0n]],
  'i64.rem_s': [[[-7n, 2n], -1n], [[MIN64, -1n], 0n]],
  'i64.rem_u': [[[-7n, 2n], 1n], [[7n, -1n], 7n]],
  'i64.and': [[[12n, 10n], 8n]],
  'i64.or': [[[12n, 10n], 14n]],
  'i64.xor': [[[12n, 10n], 6n]],
  'i64.shl': [[[1n, 63n], MIN64], [[1n, 65n], 2n]],
  'i64.shr_s': [[[-8n, 1n], -4n]],
  'i64.shr_u': [[[-8n, 1n], (1n << 63n) - 4n]],
  'i64.rotl': [[[-8n, 1n], -15n], [[1n, 63n], MIN64]],
  'f32.abs': [[[-1.5], 1.5]],
  'f32.neg': [[[0], -0]],
  'f32.ceil': [[[1.2], 2]],
  'f32.floor': [[[-1.2], -2]],
  'f32.trunc': [[[-1.7], -1]],
  'f32.nearest': [[[2.5], 2], [[3.5], 4]],
  'f32.sqrt': [[[2], F(Math.sqrt(2))]],
  'f32.add': [[[16777216, 1], 16777216]],
  'f32.sub': [[[F(0.3), F(0.1)], F(F(0.3) - F(0.1))]],
  'f32.mul': [[[F(0.1), 3], F(F(0.1) * 3)]],
  'f32.div': [[[1, 3], F(1 / 3)]],
  'f32.min': [[[0, -0], -0], [[1, Number.NaN], Number.NaN]],
  'f32.max': [[[-0, 0], 0], [[1, Number.NaN], Number.NaN]],
  'f64.abs': [[[-1.5], 1.5]],
  'f64.neg': [[[0], -0]],
  'f64.ceil': [[[1.2], 2]],
  'f64.floor': [[[-1.2], -2]],
  'f64.trunc': [[[-1.7], -1]],
  'f64.nearest': [[[2.5], 2], [[-0.5], -0]],
  'f64.sqrt': [[[2], Math.SQRT2]],
  'f64.add': [[[0.1, 0.2], 0.1 + 0.2]],
  'f64.sub': [[[0.3, 0.1], 0.3 - 0.1]],
  'f64.mul': [[[0.1, 3], 0.1 * 3]],
  'f64.div': [[[1, 3], 1 / 3], [[1, 0], Number.POSITIVE_INFINITY]],
  'f64.min': [[[0, -0], -0]],
  'f64.max': [[[-0, 0], 0]],
  'i32.wrap_i64': [[[(5n << 32n) | 7n], 7], [[0xffffffffn], -1]],
  'i64.extend_i32_s': [[[-1], -1n]],
  'i64.extend_i32_u': [[[-1], 0xffffffffn]],
  'f32.convert_i32_s': [[[16777217], 16777216]],
  'f32.convert_i32_u': [[[-1], 4294967296], [[16777217], 16777216]],
  'f32.convert_i64_s': [[[-(1n << 40n)], -(2 ** 40)]],
  'f32.convert_i64_u': [[[-1n], 2 ** 64]],
  'f32.demote_f64': [[[0.1], F(0.1)]],
  'f64.convert_i32_s': [[[-5], -5]],
  'f64.convert_i32_u': [[[-1], 4294967295]],
  'f64.convert_i64_s': [[[(1n << 53n) + 1n], 2 ** 53]],
  'f64.convert_i64_u': [[[-1n], 2 ** 64]],
  'f64.promote_f32': [[[F(0.1)], F(0.1)]],
  'i32.reinterpret_f32': [[[1], 0x3f800000]],
  'i64.reinterpret_f64': [[[-0], MIN64]],
  'i32.extend8_s': [[[0x180], -128], [[0x17f], 127]],
  'i32.extend16_s': [[[0x18000], -32768], [[0x17fff], 32767]],
  'i32.trunc_sat_f32_s': [[[1e10], 2147483647], [[Number.NaN], 0]],
  'i32.trunc_sat_f32_u': [[[-1], 0], [[3e9], -1294967296], [[1e10], -1], [[Number.NaN], 0]],
  'i32.trunc_sat_f64_s': [[[-1e10], MIN32], [[-1.9], -1]],
  'i32.trunc_sat_f64_u': [[[-1.5], 0], [[4294967295.5], -1], [[3e9], -1294967296], [[Number.NaN], 0]],
  'i64.trunc_sat_f32_s': [[[F(1e30)], (1n << 63n) - 1n]],
  'i64.trunc_sat_f32_u': [[[-1], 0n], [[2 ** 63], MIN64], [[1e30], -1n], [[Number.NaN], 0n]],
  'i64.trunc_sat_f64_s': [[[-1e30], MIN64], [[2 ** 53], 1n << 53n]],
  'i64.trunc_sat_f64_u': [[[-1], 0n], [[2 ** 63], MIN64], [[1e30], -1n], [[Number.NaN], 0n]],
}
const LOADS = ['i32.load', 'i64.load', 'f32.load', 'f64.load', 'i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u', 'i64.load32_u'] as const
const STORES = ['i32.store', 'i64.store', 'f32.store', 'f64.store', 'i32.store8', 'i32.store16'] as const
/** Executed by programs below. */
const STRUCTURE = [
  'unreachable', 'block', 'loop', 'if', 'else', 'end', 'br', 'br_if', 'call', 'drop', 'select', 'local.get', 'local.set', 'local.tee',
  'i32.const', 'i64.const', 'f32.const', 'f64.const', 'memory.fill', 'i32.atomic.rmw.add', 'i32.atomic.rmw.or',
] as const

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
const view = new DataView(memory.buffer)

const compile = (params: readonly WasmType[], results: readonly WasmType[], body: (f: FunctionBuilder, module: ModuleBuilder) => void): ((...args: Value[]) => Value) => {
  const module = new ModuleBuilder()
  const f = module.function({ params, results }, 'f')
  body(f, module)
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } }).exports['f'] as (...args: Value[]) => Value
}

const COMPARISON = /\.(eqz?|ne|[lg][te](_[su])?)$/
const typesOf = (name: Opcode): { operand: WasmType; result: WasmType } => {
  const own = name.slice(0, 3) as WasmType
  const from = /_([if](?:32|64))(_[su])?$/.exec(name)?.[1] as WasmType | undefined
  return { operand: from ?? own, result: COMPARISON.test(name) ? 'i32' : own }
}

describe('opcodes', () => {
  it('are all in one of the tables', () => {
    const tested = new Set<string>([...Object.keys(PURE), ...LOADS, ...STORES, ...STRUCTURE])
    expect(Object.entries(OPCODES).filter(([name, bytes]) => bytes[0] !== 0xfd && !tested.has(name))).toEqual([])
    expect([...tested].filter((name) => !(name in OPCODES))).toEqual([])
  })

  for (const [name, cases] of Object.entries(PURE)) {
    it(name, () => {
      const { operand, result } = typesOf(name as Opcode)
      for (const [args, want] of cases) {
        const f = compile(args.map(() => operand), [result], (f) => {
          args.forEach((_, i) => f.get(i))
          f.op(name as Opcode)
        })
        expect(f(...args), `${name}(${args})`).toBe(want)
      }
    })
  }

  it('loads, with sign and offset', () => {
    const want: Record<(typeof LOADS)[number], Value> = {
      'i32.load': -2139062144 | 0, 'i64.load': -9187201950435737472n, 'f32.load': 1.5, 'f64.load': -2.25, 'i32.load8_s': -128, 'i32.load8_u': 128, 'i32.load16_s': -32640, 'i32.load16_u': 32896, 'i64.load32_u': 0x80808080n,
    }
    for (const name of LOADS) {
      view.setBigUint64(64, 0x8080808080808080n, true)
      if (name === 'f32.load') view.setFloat32(64, 1.5, true)
      if (name === 'f64.load') view.setFloat64(64, -2.25, true)
      expect(compile(['i32'], [name.slice(0, 3) as WasmType], (f) => f.get(0).memory(name, 40))(24), name).toBe(want[name])
    }
  })

  it('stores, no more than their width', () => {
    const width: Record<(typeof STORES)[number], number> = { 'i32.store': 4, 'i64.store': 8, 'f32.store': 4, 'f64.store': 8, 'i32.store8': 1, 'i32.store16': 2 }
    for (const name of STORES) {
      const type = name.slice(0, 3) as WasmType
      for (let i = 0; i < 16; i++) view.setUint8(96 + i, 0xee)
      compile(['i32', type], [], (f) => f.get(0).get(1).memory(name, 4))(92, type === 'i64' ? 0x0102030405060708n : type === 'i32' ? 0x01020304 : 1.5)
      const bytes = Array.from({ length: 16 }, (_, i) => view.getUint8(96 + i))
      expect(bytes.slice(width[name]), name).toEqual(new Array(16 - width[name]).fill(0xee))
      if (name === 'f64.store') expect(view.getFloat64(96, true)).toBe(1.5)
      else if (name === 'f32.store') expect(view.getFloat32(96, true)).toBe(1.5)
      else expect(bytes[0]).toBe(type === 'i64' ? 8 : 4)
    }
  })

  it('constants of every size, as LEB128', () => {
    for (const n of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2147483647, MIN32]) expect(compile([], ['i32'], (f) => f.i32(n))()).toBe(n)
    for (const n of [0n, -1n, 63n, 64n, -65n, 1n << 31n, -(1n << 31n) - 1n, 1n << 34n, 1n << 62n, (1n << 63n) - 1n, MIN64]) expect(compile([], ['i64'], (f) => f.i64(n))()).toBe(n)
    for (const n of [0, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) expect(compile([], ['f64'], (f) => f.f64(n))()).toBe(n)
    for (const n of [0, -0, F(0.1)]) expect(compile([], ['f32'], (f) => f.f32(n))()).toBe(n)
  })

  it('control: blocks, loops, branches, calls between functions, select, locals that are given back', () => {
    // Σ k², k = 1 … n, by a loop that calls.
    const sum = compile(['i32'], ['i64'], (f, module) => {
      const square = module.function({ params: ['i64'], results: ['i64'] })
      square.get(0).get(0).op('i64.mul')
      const total = f.local('i64')
      const k = f.local('i32')
      const exit = f.block()
      const top = f.loop()
      f.get(k).get(0).op('i32.ge_s').brIf(exit)
      f.get(k).i32(1).op('i32.add').tee(k).op('i64.extend_i32_s').call(square).get(total).op('i64.add').set(total)
      f.br(top).end().end()
      f.free('i64', total)
      expect(f.local('i64')).toBe(total)
      f.get(total)
    })
    expect(sum(10)).toBe(385n)
    const sign = compile(['i32'], ['i32'], (f) => {
      f.get(0).i32(0).op('i32.lt_s').if(['i32'])
      f.i32(-1).else().i32(1).i32(0).get(0).op('select').end()
    })
    expect([sign(-5), sign(0), sign(9)]).toEqual([-1, 0, 1])
    const pair = compile(['i32'], ['i64'], (f) => {
      f.get(0).if(['i64', 'i64'])
      f.i64(1n).i64(2n).else().i64(3n).i64(4n).end().op('drop')
    })
    expect([pair(1), pair(0)]).toEqual([1n, 3n])
    expect(() => compile([], [], (f) => f.op('unreachable'))()).toThrow(/unreachable/)
  })

  it('bytes: fill, swap, atomic addition and or', () => {
    compile([], [], (f) => f.i32(200).i32(0xab).i32(5).fill())()
    expect(Array.from({ length: 7 }, (_, i) => view.getUint8(199 + i))).toEqual([0, 0xab, 0xab, 0xab, 0xab, 0xab, 0])
    expect(compile(['i64'], ['i64'], (f) => f.get(0).bswap64())(0x0102030405060708n)).toBe(0x0807060504030201n)
    view.setInt32(300, 40, true)
    expect(compile(['i32'], ['i32'], (f) => f.i32(296).get(0).memory('i32.atomic.rmw.add', 4))(2)).toBe(40)
    expect(view.getInt32(300, true)).toBe(42)
    expect(compile(['i32'], ['i32'], (f) => f.i32(296).get(0).memory('i32.atomic.rmw.or', 4))(0x11)).toBe(42)
    expect(view.getInt32(300, true)).toBe(0x3b)
  })
})
