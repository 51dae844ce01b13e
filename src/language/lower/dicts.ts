/** Keys of dicts and what stands under them. */
import { binary, ifElse, literal } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Position } from '../nodes.ts'
import { type DictValue, flatten, type Value } from './values.ts'

/** A key's leaves. Keys are compared by bits: −0 is 0, and there is one NaN. */
export const keyLeaves = (key: Value, at: Position): readonly Ir[] => flatten(key, at).map(keyLeaf)

export const keyLeaf = (e: Ir): Ir => {
  if (e.type !== 'f32' && e.type !== 'f64') {
    if (e.type !== '?f32' && e.type !== '?f64') return e
    const inner: Ir = { ir: 'value', type: e.type === '?f32' ? 'f32' : 'f64', arg: e }
    return { ir: 'option', type: e.type, value: keyLeaf(inner), valid: { ir: 'valid', type: 'bool', arg: e } }
  }
  const sum = binary('+', e, literal(e.type, 0))
  return ifElse(binary('==', e, e), sum, literal(e.type, Number.NaN))
}
/** The value of the tuple at an address that is not 0. */
export const foundIn = (dict: DictValue, address: Ir): Value => dict.value((index, type) => ({ ir: 'tuple', type, sink: dict.sink, address, index }))
