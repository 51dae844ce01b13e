/** Keys of groups and joins: what SQL holds equal has the same bits. */
import { binary, literal, option, select, share, valid, value } from '../ir/build.ts'
import { type Ir, isOption, scalarOf } from '../ir/nodes.ts'
import { isFloating } from '../layout/types.ts'
import type { Column } from './stage.ts'

/** −0 and 0 are one group, and all NaNs: the key is made one of each. */
export const groupKey = (key: Column): Column => {
  if (!isFloating(key.type)) return key
  const scalar = scalarOf(key.ir.type) as 'f32' | 'f64'
  const canonical = (x: Ir): Ir => share(x, (v) => select(binary('==', v, v), binary('+', v, literal(scalar, 0)), literal(scalar, Number.NaN)))
  const ir = isOption(key.ir.type) ? share(key.ir, (k) => option(canonical(value(k)), valid(k))) : canonical(key.ir)
  return { ...key, ir }
}
