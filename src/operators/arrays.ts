/** Arrays in their packed form (layout/unsafe-row.ts): how many elements there are, and one of them. */
import { binary, both, cast, i32, ifElse, literal, none, select, share, some, TRUE, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { INT64, isBinary, isInteger, type SqlType, sameType, typeName } from '../layout/types.ts'
import { packedForm, rowFieldOf } from '../layout/unsafe/fields.ts'
import { ArrayView, extentOf } from '../layout/unsafe/views.ts'
import { elementBytes } from '../layout/unsafe-row.ts'
import { exact, rangeOf, runtime, scalarFor, widen, widenIr } from './lowering.ts'
import { type ExprDef, type Lowered, refuse, type Value } from './registry.ts'
import { isWide } from './values.ts'

type ArrayType = Extract<SqlType, { kind: 'array' }>
const undefinedFor = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

/** An element by its position from 0, NULL where it is or where `found` is false. */
export const elementOf = (type: SqlType, array: Ir, at: Ir, found: Ir): Ir => {
  const scalar = scalarFor(type)
  if (type.kind === 'null') return none(scalar)
  const field = rowFieldOf(type)
  const read = (): Ir => {
    switch (field.physical) {
      case 'utf8':
        return runtime('packed_slice', array, at)
      case 'f32':
        return runtime('packed_f32', array, at)
      case 'f64':
        return runtime('packed_f64', array, at)
      case 'i128':
        return runtime('packed_i128', array, at)
      case 'bool8':
        return binary('!=', runtime('packed_i64', array, at, i32(1)), zero('i64'))
      default:
        return runtime('packed_i64', array, at, i32(elementBytes(field)))
    }
  }
  const present = { ir: 'binary', type: 'bool', op: '&&', left: found, right: { ir: 'unary', type: 'bool', op: 'not', arg: runtime('packed_null', array, at) } } as const satisfies Ir
  return ifElse(found === TRUE ? present.right : present, some(widenIr(read(), scalar)), none(scalar))
}

const viewOf = (type: SqlType): ((bytes: Uint8Array) => ArrayView) => {
  const form = packedForm(type)
  if (form.kind !== 'array') throw new Error(`${type.kind} is no array`)
  return (bytes) => new ArrayView(form.element, extentOf(bytes))
}

export const array_length: ExprDef = {
  doc: 'How many elements an array has.',
  type: (args, result) => (args.length === 1 && args[0]?.kind === 'array' && result.kind === 'int64') || undefinedFor('array_length', args, result),
  eval: ({ argTypes }) => {
    const view = viewOf(argTypes[0] as SqlType)
    return (bytes: Uint8Array) => BigInt(view(bytes).length)
  },
  lower: ([x]) => exact({ ir: 'cast', type: 'i64', arg: runtime('packed_size', (x as Lowered).ir), unsigned: true }, INT64, { min: 0n, max: (1n << 32n) - 1n }),
}

export const element_at: ExprDef = {
  doc: 'The element of an array at a position from 1, or from −1 backwards; NULL where there is none.',
  type: (args, result) => (args.length === 2 && args[0]?.kind === 'array' && isInteger(args[1] as SqlType) && args[1]?.kind !== 'int128' && args[1]?.kind !== 'uint64' && sameType(args[0].element, result) && result.kind !== 'null') || undefinedFor('element_at', args, result),
  eval: ({ argTypes, type }) => {
    const view = viewOf(argTypes[0] as SqlType)
    return (bytes: Uint8Array, n: number | bigint): Value => {
      const array = view(bytes)
      const at = Number(n) > 0 ? Number(n) - 1 : array.length + Number(n)
      if (Number(n) === 0 || at < 0 || at >= array.length || array.isNull(at)) return null
      if (isBinary(type)) return Uint8Array.from(array.bytes(at))
      const value = array.value(at) as Value
      return typeof value === 'bigint' && !isWide(type) ? Number(value) : value
    }
  },
  lower: (args, { type }) => {
    const [array, n] = args as [Lowered, Lowered]
    const { element } = array.type as ArrayType
    const wide = (v: bigint): Ir => literal('i64', v)
    const ir = share(array.ir, (packed) => share(widen(n, 'i64'), (number) => share({ ir: 'cast', type: 'i64', arg: runtime('packed_size', packed), unsigned: true }, (count) => {
      const backwards = select(binary('<', number, wide(0n)), binary('+', count, number), wide(-1n))
      return share(select(binary('>', number, wide(0n)), binary('-', number, wide(1n)), backwards), (at) => elementOf(element, packed, cast('i32', at), both(binary('>=', at, wide(0n)), binary('<', at, count))))
    })))
    return { ir, type, range: scalarFor(type) === 'str' || /^(bool|float|double)$/.test(type.kind) ? undefined : rangeOf({ ir, type }) }
  },
}
