/** Keys of a join, brought to one type, and the columns that it puts out. */
import { sameType, typeName } from '../../layout/types.ts'
import type { JoinKey, JoinKind } from '../../plan/nodes.ts'
import type { Named } from './alike.ts'
import { castTo, type Expression } from './expression.ts'
import { failure } from './failure.ts'
import { commonType } from './types.ts'

export const joinKey = (left: Expression, right: Expression): JoinKey => {
  if (sameType(left.type, right.type)) return { left: left.expr, right: right.expr }
  const type = commonType(left.type, right.type)
  if (!type) throw failure('INVALID_PLAN', `keys of types ${typeName(left.type)} and ${typeName(right.type)} cannot be equal`)
  return { left: castTo(left, type).expr, right: castTo(right, type).expr }
}

export const joined = (kind: JoinKind, left: readonly Named[], right: readonly Named[], suffix: string): readonly Named[] => {
  if (kind === 'semi' || kind === 'anti') return left
  if (kind === 'right_semi' || kind === 'right_anti') return right
  if (kind === 'mark') return [...left, { name: 'mark', type: { kind: 'bool' } }]
  const taken = new Set(left.map((c) => c.name))
  return [...left, ...right.map(({ name, type }) => ({ name: taken.has(name) ? `${name}${suffix}` : name, type }))]
}
