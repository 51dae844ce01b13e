/** bucket: where a value lies among constants, by a search; what range partitioning is made of. */
import { binary, FALSE, i32, select, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { INT32, isExact, isFloating, type SqlType, sameType, typeName } from '../layout/types.ts'
import { exact, lift, rangeOf, runtime, widen } from './lowering.ts'
import { contains, WIDTHS } from '../ir/ranges.ts'
import { type ExprDef, type Lowered, type LowerContext, refuse, type Value } from './registry.ts'
import { comparator } from './values.ts'

/** The constants of a list in ascending order, each once. */
const ascending = (type: SqlType, list: readonly Value[]): readonly Value[] => {
  const compare = comparator(type)
  const sorted = list.filter((v) => v !== null).sort(compare)
  return sorted.filter((v, i) => i === 0 || compare(v, sorted[i - 1]) !== 0)
}

export const bucket: ExprDef = {
  doc: 'Where a lies among constants, arguments (a, b, …): twice the number of different ones that are less, and one more where one is equal. NULLs among them do not count.',
  type: (args, result) => (args.length > 0 && sameType(result, INT32) && args[0]?.kind !== 'null' && args.every((a) => sameType(a, args[0] as SqlType))) || refuse('bucket', `bucket takes arguments of one type and gives ${typeName(INT32)}`),
  strict: false,
  eval: ({ argTypes }) => {
    const type = argTypes[0] as SqlType
    const compare = comparator(type)
    let known: readonly Value[] | undefined
    return (a: Value, ...list: readonly Value[]) => {
      if (a === null) return null
      // The list is constants: the same for every row.
      known ??= ascending(type, list)
      let [from, to] = [0, known.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if (compare(known[middle], a) < 0) from = middle + 1
        else to = middle
      }
      return 2 * from + (from < known.length && compare(known[from], a) === 0 ? 1 : 0)
    }
  },
  lower: ([first, ...list], _, cx) => {
    const { type } = first as Lowered
    if (!isExact(type) && !isFloating(type) && type.kind !== 'string') return refuse('bucket', `bucket of ${typeName(type)}`)
    if (list.some((b) => b.constant === undefined && !isNull(b))) return refuse('bucket', 'a list element that is no constant')
    return lift([first as Lowered], ([a]) => search(a as Lowered, ascending((a as Lowered).type, list.map((b) => b.constant ?? null)), cx))
  },
}

const isNull = (b: Lowered): boolean => b.ir.ir === 'option' && b.ir.valid === FALSE

const search = (a: Lowered, values: readonly Value[], cx: LowerContext): Lowered => {
  const range = { min: 0n, max: BigInt(2 * values.length) }
  const made = (ir: Ir): Lowered => exact(ir, INT32, range)
  if (isFloating(a.type)) {
    // NaN is the greatest, which a search by < would not see.
    const numbers = values.filter((v) => !Number.isNaN(v)).map((v) => (v === 0 ? 0 : v))
    return made(share(widen(a, 'f64'), (x) => select(binary('==', x, x), runtime('bucket_f64', x, cx.set('f64', numbers)), i32(2 * numbers.length + (values.length - numbers.length)))))
  }
  if (a.type.kind === 'string') return made(runtime('bucket_str', a.ir, cx.set('str', values)))
  const numbers = values.map((v) => BigInt(v as bigint))
  const element = [rangeOf(a), ...numbers.map((v) => ({ min: v, max: v }))].every((r) => contains(WIDTHS.i64, r)) ? 'i64' : 'i128'
  return made(runtime(`bucket_${element}`, widen(a, element), cx.set(element, numbers)))
}
