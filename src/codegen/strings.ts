/**
 * Strings inline: what decides most comparisons, so that the runtime is called for the rest. The first eight bytes are read
 * whatever the length: what lies behind a string is some other part of the memory, never its end, and is shifted out.
 */
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, type Callees } from './scope.ts'

/** Pops two strs; pushes 1 where they have the same bytes. */
export const emitStringEquals = (f: FunctionBuilder, callees: Callees): void => {
  const a = f.local('i64')
  const b = f.local('i64')
  const bytes = f.local('i64')
  const half = f.local('i64')
  f.set(b).tee(a).i64(32n).op('i64.shr_u').tee(bytes).get(b).i64(32n).op('i64.shr_u').op('i64.eq').if(['i32'])
  // (8 − bytes) × 4, twice: a shift by 64 would be one by 0
  f.i64(32n).get(bytes).i64(2n).op('i64.shl').op('i64.sub').tee(half).i64(0n).get(half).i64(0n).op('i64.gt_s').op('select').set(half)
  f.get(a).op('i32.wrap_i64').memory('i64.load').get(b).op('i32.wrap_i64').memory('i64.load').op('i64.xor')
  f.get(half).op('i64.shl').get(half).op('i64.shl').op('i64.eqz').if(['i32'])
  f.get(bytes).i64(8n).op('i64.le_s').if(['i32'])
  f.i32(1).else().get(CTX_LOCAL).get(a).get(b).call(callees.runtime('str_eq')).end()
  f.else().i32(0).end()
  f.else().i32(0).end()
  for (const local of [a, b, bytes, half]) f.free('i64', local)
}
