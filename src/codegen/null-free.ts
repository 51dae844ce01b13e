/**
 * A kernel of two forms over columns (over rows: row-blocks.ts): it walks its rows in chunks of 1024, tests whether the validity bits of the nullable columns that the
 * pipeline reads are all ones, and calls for each stretch of equal chunks the form for it. Rows stay in order.
 *
 *   p0(ctx, from, to)              stretches → one of
 *   form(ctx, from, to, morsel)    morsel: the kernel's `from`
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import { fieldsOf } from '../ir/null-free.ts'
import type { Pipeline } from '../ir/program.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { CTX_LOCAL } from './scope.ts'
import { fieldsThrough } from './uses.ts'

const [FROM, TO] = [1, 2]

/** Numbers of the nullable columns, or fields of rows, that one of the forms reads. */
export const nullableRead = (forms: readonly Pipeline[], { source }: Pipeline): readonly number[] =>
  [...new Set(forms.flatMap((form) => [...fieldsThrough(form)]))].filter((c) => fieldsOf(source)[c]?.nullable).sort((a, b) => a - b)

/** Defines the kernel; of `columns`, the nullable ones that are read. */
export const emitDispatch = (module: ModuleBuilder, f: FunctionBuilder, columns: readonly number[], nullFree: FunctionBuilder, general: FunctionBuilder): void => {
  const test = defineTest(module, columns)
  const [at, start, kind, next] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const end = () => f.get(at).i32(CHUNK_ROWS).op('i32.add').get(TO).get(at).i32(CHUNK_ROWS).op('i32.add').get(TO).op('i32.lt_u').op('select')
  const isNullFree = () => {
    f.get(CTX_LOCAL).get(at)
    end().call(test)
  }
  const done = f.block()
  f.get(FROM).tee(at).get(TO).op('i32.ge_u').brIf(done)
  isNullFree()
  f.set(next)
  const stretches = f.loop()
  f.get(at).set(start)
  f.get(next).set(kind)
  const chunks = f.loop()
  end().tee(at).get(TO).op('i32.lt_u').if()
  isNullFree()
  f.tee(next).get(kind).op('i32.eq').brIf(chunks)
  f.end().end()
  f.get(kind).if()
  f.get(CTX_LOCAL).get(start).get(at).get(FROM).call(nullFree)
  f.else().get(CTX_LOCAL).get(start).get(at).get(FROM).call(general).end()
  f.get(at).get(TO).op('i32.lt_u').brIf(stretches)
  f.end().end()
}

/** (ctx, from, to) → whether all those rows are valid in all the columns. There is at least one row. */
const defineTest = (module: ModuleBuilder, columns: readonly number[]): FunctionBuilder => {
  const f = module.function({ params: ['i32', 'i32', 'i32'], results: ['i32'] })
  const valid = defineAllValid(module)
  const [source, all] = [f.local('i32'), f.local('i32')]
  f.get(CTX_LOCAL).memory('i32.load', CTX.source).set(source)
  const done = f.block()
  for (const column of columns) {
    f.get(source).memory('i32.load', column * VECTOR_BYTES + VALIDITY).get(FROM).get(TO).call(valid)
    f.op('i32.eqz').brIf(done)
  }
  f.i32(1).set(all).end().get(all)
  return f
}
const VECTOR_BYTES = 16
const VALIDITY = 4

/** (bits, from, to) → whether the bits from … to − 1 are all ones. */
const defineAllValid = (module: ModuleBuilder): FunctionBuilder => {
  const f = module.function({ params: ['i32', 'i32', 'i32'], results: ['i32'] })
  const [BITS, FIRST, END] = [0, 1, 2]
  const [at, last, head, tail, all] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const address = (row: number) => f.get(BITS).get(row).i32(3).op('i32.shr_u').op('i32.add')
  const done = f.block()
  /** Ends it unless the byte has all bits of the mask. */
  const need = (byte: number, mask: () => void) => {
    mask()
    f.get(byte).memory('i32.load8_u').i32(-1).op('i32.xor').op('i32.and').brIf(done)
  }
  address(FIRST).set(at)
  address(END).set(last)
  // Bits of the first and of the last byte, where they are not whole.
  f.i32(255).get(FIRST).i32(7).op('i32.and').op('i32.shl').i32(255).op('i32.and').set(head)
  f.i32(1).get(END).i32(7).op('i32.and').op('i32.shl').i32(1).op('i32.sub').set(tail)
  f.get(at).get(last).op('i32.eq').if()
  need(at, () => f.get(head).get(tail).op('i32.and'))
  f.i32(1).set(all).br(done).end()
  f.get(head).i32(255).op('i32.ne').if()
  need(at, () => f.get(head))
  f.get(at).i32(1).op('i32.add').set(at).end()
  f.get(tail).if()
  need(last, () => f.get(tail))
  f.end()
  const wide = f.block()
  const vectors = f.loop()
  f.get(last).get(at).op('i32.sub').i32(16).op('i32.lt_u').brIf(wide)
  f.get(at).memory('v128.load').op('v128.not').op('v128.any_true').brIf(done)
  f.get(at).i32(16).op('i32.add').set(at).br(vectors).end().end()
  const bytes = f.block()
  const rest = f.loop()
  f.get(at).get(last).op('i32.ge_u').brIf(bytes)
  need(at, () => f.i32(255))
  f.get(at).i32(1).op('i32.add').set(at).br(rest).end().end()
  f.i32(1).set(all).end().get(all)
  return f
}
