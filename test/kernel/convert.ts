/** The evaluator's values and a kernel's, turned into one another. */
import type { KernelValue } from '../../src/kernel/load.ts'
import type { Type } from '../../src/language/nodes.ts'
import { formatDate, formatTimestamp } from '../../src/layout/dates.ts'
import { formatDecimal } from '../../src/layout/decimals.ts'
import type { Dict, Plain } from '../language/evaluate.ts'

/** What a kernel's result is where the evaluator's is `x`. */
export const asKernelValue = (type: Type, x: Plain): KernelValue => {
  switch (type.kind) {
    case 'option':
      return x === null ? null : asKernelValue(type.of, x)
    case 'struct':
      return type.fields.map((field, i) => asKernelValue(field, (x as readonly Plain[])[i] as Plain))
    case 'vec':
      return (x as readonly Plain[]).map((item) => asKernelValue(type.of, item))
    case 'dict':
      return new Map((x as Dict).entries().map(([k, v]) => [asKernelValue(type.key, k), asKernelValue(type.value, v)]))
    case 'dec128':
      return formatDecimal(x as bigint, type.scale)
    case 'scalar':
      break
    default:
      throw new Error(type.kind)
  }
  switch (type.scalar) {
    case 'date':
      return formatDate(Number(x))
    case 'timestamp':
      return formatTimestamp(x as bigint, false)
    case 'i64':
    case 'u64':
    case 'i128':
    case 'bool':
    case 'str':
    case 'f32':
    case 'f64':
      return x as KernelValue
    default:
      return Number(x)
  }
}

/** The same bit for bit: −0 is not 0, NaN is NaN; dicts in the same order. */
export const same = (a: KernelValue, b: KernelValue): boolean => {
  if (a instanceof Map && b instanceof Map) return same([...a] as unknown as KernelValue, [...b] as unknown as KernelValue)
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i] as KernelValue))
  return Object.is(a, b)
}
