/** Casts between the IR's numbers, on the stack. The contract of each is in ir/nodes.ts. */
import { CTX } from '../ir/context.ts'
import type { Scalar } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode } from './opcodes.ts'
import { CTX_LOCAL, type Scope } from './scope.ts'

/** Casts that read or give unsigned integers; others are the signed ones. */
const UNSIGNED: Record<string, Opcode> = {
  'i32>i64': 'i64.extend_i32_u',
  'i32>f32': 'f32.convert_i32_u',
  'i32>f64': 'f64.convert_i32_u',
  'i64>f32': 'f32.convert_i64_u',
  'i64>f64': 'f64.convert_i64_u',
  'f32>i32': 'i32.trunc_sat_f32_u',
  'f32>i64': 'i64.trunc_sat_f32_u',
  'f64>i32': 'i32.trunc_sat_f64_u',
  'f64>i64': 'i64.trunc_sat_f64_u',
}

export const emitNarrow = (f: FunctionBuilder, bits: 8 | 16, signed: boolean): void => {
  if (signed) f.op(`i32.extend${bits}_s`)
  else f.i32((1 << bits) - 1).op('i32.and')
}

export const emitCast = (scope: Scope, from: Scalar, to: Scalar, unsigned = false): void => {
  const { f } = scope
  if (from === to) return
  const name = `${from === 'bool' ? 'i32' : from}>${to === 'bool' ? 'i32' : to}`
  if (unsigned) {
    const op = UNSIGNED[name]
    if (op) f.op(op)
    else {
      // To i128: the high half is 0.
      if (from === 'i32') f.op('i64.extend_i32_u')
      f.i64(0n)
    }
    return
  }
  switch (name) {
    case 'i32>i32':
      return
    case 'i32>i64':
      f.op('i64.extend_i32_s')
      return
    case 'i64>i32':
      f.op('i32.wrap_i64')
      return
    case 'i32>i128':
      f.op('i64.extend_i32_s')
      return emitCast(scope, 'i64', 'i128')
    case 'i64>i128': {
      const lo = f.local('i64')
      f.tee(lo).get(lo).i64(63n).op('i64.shr_s')
      f.free('i64', lo)
      return
    }
    case 'i128>i64':
      f.op('drop')
      return
    case 'i128>i32':
      f.op('drop').op('i32.wrap_i64')
      return
    case 'i32>f64':
      f.op('f64.convert_i32_s')
      return
    case 'i64>f64':
      f.op('f64.convert_i64_s')
      return
    case 'i32>f32':
      f.op('f32.convert_i32_s')
      return
    case 'i64>f32':
      f.op('f32.convert_i64_s')
      return
    case 'f32>f64':
      f.op('f64.promote_f32')
      return
    case 'f64>f32':
      f.op('f32.demote_f64')
      return
    case 'f64>i32':
      f.op('i32.trunc_sat_f64_s')
      return
    case 'f64>i64':
      f.op('i64.trunc_sat_f64_s')
      return
    case 'f32>i32':
      f.op('i32.trunc_sat_f32_s')
      return
    case 'f32>i64':
      f.op('i64.trunc_sat_f32_s')
      return
    case 'i128>f64':
      return emitRuntime(scope, 'i128_to_f64', ['i64', 'i64'])
    case 'f64>i128':
      emitRuntime(scope, 'f64_to_i128', ['f64'])
      f.get(CTX_LOCAL).memory('i64.load', CTX.scratch).get(CTX_LOCAL).memory('i64.load', CTX.scratch + 8)
      return
    default:
      throw new Error(`no cast ${from} → ${to}`)
  }
}

/** The arguments are on the stack already; the context must come before them. */
const emitRuntime = (scope: Scope, fn: string, params: readonly ('i64' | 'f64')[]): void => {
  const { f } = scope
  const locals = params.map((p) => f.local(p))
  for (const local of [...locals].reverse()) f.set(local)
  f.get(CTX_LOCAL)
  for (const local of locals) f.get(local)
  f.call(scope.callees.runtime(fn))
  params.forEach((p, i) => {
    f.free(p, locals[i] as number)
  })
}
