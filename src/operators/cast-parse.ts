/** Casts from text in IR: to numbers, bools, dates and timestamps. The runtime reads them; what it cannot is the least number, or NaN. */
import { binary, either, i32, literal, not, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { contains, exactRange, WIDTHS } from '../ir/ranges.ts'
import { isInteger, type SqlType } from '../layout/types.ts'
import { exact, plain, runtime, within } from './lowering.ts'
import type { Lowered } from './registry.ts'
import { scaleOf } from './values.ts'

const [RADIX, UNSIGNED] = [1, 2]

/** `guard` gives a value where a condition holds, else the failure that the cast asks for. */
export const fromText = (arg: Lowered, { to }: { readonly to: SqlType }, guard: (ok: Ir, v: Ir) => Ir): Lowered => {
  const text = arg.ir
  switch (to.kind) {
    case 'bool':
      return plain(share(runtime('parse_bool', text), (x) => guard(binary('>=', x, i32(0)), binary('==', x, i32(1)))), to)
    case 'float':
    case 'double':
      return plain(share(text, (t) => share(runtime(to.kind === 'float' ? 'parse_f32' : 'parse_f64', t), (x) => guard(either(binary('==', x, x), runtime('parse_is_float', t)), x))), to)
    case 'date':
      return { ir: share(runtime('parse_date', text), (x) => guard(binary('!=', x, i32(-2147483648)), x)), type: to, range: exactRange(to) }
    case 'timestamp':
    case 'timestamptz':
      return { ir: share(runtime('parse_timestamp', text, i32(to.kind === 'timestamptz' ? 1 : 0)), (x) => guard(binary('!=', x, literal('i64', -(1n << 63n))), x)), type: to, range: exactRange(to) }
    default: {
      const range = exactRange(to)
      const [scale, flags] = [i32(scaleOf(to) ?? 0), i32((isInteger(to) && to.kind !== 'int128' ? RADIX : 0) | (range.min === 0n ? UNSIGNED : 0))]
      const ir = share(text, (t) => share(runtime('parse_exact', t, scale, flags), (x) => {
        const least = binary('==', x, literal('i128', -(1n << 127n)))
        if (contains(range, WIDTHS.i128)) return guard(either(not(least), runtime('parse_is_exact', t, scale, flags)), x)
        return guard(within(x, WIDTHS.i128, range), exact(x, to, range).ir)
      }))
      return { ir, type: to, range }
    }
  }
}
