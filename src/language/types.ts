/** Types as text, compared and sorted into kinds. */
import type { BuilderType, ScalarName, Type } from './nodes.ts'

export const SCALAR_NAMES: readonly ScalarName[] = ['bool', 'i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'f32', 'f64', 'date', 'timestamp', 'str']
const INTEGERS: ReadonlySet<ScalarName> = new Set(['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64'])
const BUILDERS: ReadonlySet<Type['kind']> = new Set(['appender', 'staged', 'merger', 'dictmerger', 'groupmerger', 'vecmerger'])

/** What an `appender` appends while no merge has told. */
export const OPEN: Type = { kind: 'struct', fields: [] }

/** As it is written; a layout is told, since it is part of the text. */
export const typeText = (t: Type): string => {
  if (t === OPEN) return '_'
  switch (t.kind) {
    case 'scalar':
      return t.scalar
    case 'dec128':
      return `dec128[${t.scale}]`
    case 'option':
      return `?${typeText(t.of)}`
    case 'struct':
      return `{${t.fields.map(typeText).join(', ')}}`
    case 'vec':
      return `vec[${typeText(t.of)}]${t.layout ? ` @(layout: ${t.layout})` : ''}`
    case 'dict':
      return `dict[${typeText(t.key)}, ${typeText(t.value)}]`
    case 'function':
      return `|${t.params.map(typeText).join(', ')}| ${typeText(t.result)}`
    case 'appender':
      return `appender[${typeText(t.of)}]`
    case 'staged':
      return `staged[${t.limit}, ${typeText(t.of)}]`
    case 'merger':
    case 'vecmerger':
      return `${t.kind}[${typeText(t.of)}, ${t.op}]`
    case 'dictmerger':
      return `dictmerger[${typeText(t.key)}, ${typeText(t.value)}, ${t.op}]`
    case 'groupmerger':
      return `groupmerger[${typeText(t.key)}, ${typeText(t.value)}]`
  }
}

/** But for layouts: they say where a vec lies, not what it is. */
export const sameType = (a: Type, b: Type): boolean => {
  if (a === b) return true
  if (a.kind !== b.kind) return false
  const bare = (t: Type) => typeText(t).replace(/ @\(layout: \w+\)/g, '')
  return bare(a) === bare(b)
}

const scalarIn = (t: Type, names: ReadonlySet<ScalarName>): boolean => t.kind === 'scalar' && names.has(t.scalar)
const FLOATS: ReadonlySet<ScalarName> = new Set(['f32', 'f64'])
export const isInteger = (t: Type): boolean => scalarIn(t, INTEGERS)
export const isFloat = (t: Type): boolean => scalarIn(t, FLOATS)
export const isBool = (t: Type): boolean => t.kind === 'scalar' && t.scalar === 'bool'
/** A scalar or dec128: what one register, or two, can hold. */
export const isScalar = (t: Type): boolean => t.kind === 'scalar' || t.kind === 'dec128'
/** A scalar, an option of one, or a struct of such: what keys and states are. */
export const isFlat = (t: Type): boolean => isScalar(t) || t.kind === 'option' || (t.kind === 'struct' && t.fields.every(isFlat))
/** A builder or a struct of builders. */
export const isBuilder = (t: Type): t is BuilderType | (Type & { kind: 'struct' }) => BUILDERS.has(t.kind) || (t.kind === 'struct' && t.fields.length > 0 && t.fields.every(isBuilder))
/** Neither builder nor function, at any depth. */
export const isData = (t: Type): boolean => {
  if (t.kind === 'struct') return t.fields.every(isData)
  return t.kind !== 'function' && !BUILDERS.has(t.kind)
}

/** The least and greatest values of the integers. */
export const INTEGER_RANGE: ReadonlyMap<string, readonly [bigint, bigint]> = new Map(
  [...INTEGERS].map((name) => {
    const bits = BigInt(name.slice(1))
    return [name, name.startsWith('u') ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]] as const
  }),
)
