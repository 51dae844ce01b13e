/**
 * What a statement says about the order of its rows, read from DuckDB's own parse of it: the output columns it sorts
 * by, and the same statement without its last LIMIT.
 */

interface Expression {
  class?: string
  type?: string
  alias?: string
  column_names?: string[]
  value?: { value?: unknown }
}

interface Modifier {
  type: string
  orders?: { expression: Expression }[]
}

interface QueryNode {
  type?: string
  modifiers?: Modifier[]
  select_list?: Expression[]
  left?: QueryNode
  child?: QueryNode
}

export interface SerializedSql {
  error?: boolean
  statements?: { node: QueryNode }[]
}

export interface StatementOrder {
  /** Output positions of the sort keys that are output columns; each alone is the same in every right answer. */
  readonly keys: readonly number[]
  /** The statement's serialized form without the outermost LIMIT; undefined where it has none. */
  readonly unlimited: SerializedSql | undefined
}

/** An expression without what does not belong to its meaning: where it stood and what it was called. */
const meaning = (expression: unknown): string =>
  JSON.stringify(expression, (key, value: unknown) => (key === 'query_location' || key === 'alias' ? undefined : value))

const selectList = (node: QueryNode | undefined): Expression[] => {
  if (!node) return []
  return node.select_list ?? selectList(node.left ?? node.child)
}

const keyPositions = (expression: Expression, list: readonly Expression[], names: readonly string[]): number[] => {
  if (expression.class === 'STAR') return names.map((_, i) => i)
  if (expression.class === 'CONSTANT') {
    const at = Number(expression.value?.value)
    return Number.isInteger(at) && at >= 1 && at <= names.length ? [at - 1] : []
  }
  const starless = list.length === names.length && list.every((item) => item.class !== 'STAR')
  const name = expression.class === 'COLUMN_REF' ? expression.column_names?.at(-1)?.toLowerCase() : undefined
  if (expression.column_names?.length === 1) {
    const at = names.findIndex((other) => other.toLowerCase() === name)
    if (at >= 0) return [at]
  }
  if (!starless) {
    const at = names.findIndex((other) => other.toLowerCase() === name)
    return at >= 0 && names.filter((other) => other.toLowerCase() === name).length === 1 ? [at] : []
  }
  const same = list.findIndex((item) => meaning(item) === meaning(expression))
  if (same >= 0) return [same]
  // `t.a` in one place and `a` in the other: the same column where only one select item ends so.
  const ends = list.flatMap((item, i) => (name !== undefined && item.class === 'COLUMN_REF' && item.column_names?.at(-1)?.toLowerCase() === name ? [i] : []))
  return ends.length === 1 ? ends : []
}

/** `names`: the statement's output columns. */
export const statementOrder = (serialized: SerializedSql, names: readonly string[]): StatementOrder => {
  const node = serialized.statements?.[0]?.node
  const modifiers = node?.modifiers ?? []
  const orders = modifiers.find((modifier) => modifier.type === 'ORDER_MODIFIER')?.orders ?? []
  const list = selectList(node)
  const keys = [...new Set(orders.flatMap((order) => keyPositions(order.expression, list, names)))]
  const limited = modifiers.some((modifier) => modifier.type.startsWith('LIMIT'))
  return { keys, unlimited: limited ? withoutLimit(serialized) : undefined }
}

const withoutLimit = (serialized: SerializedSql): SerializedSql => {
  const [first, ...rest] = serialized.statements ?? []
  if (!first) return serialized
  const modifiers = (first.node.modifiers ?? []).filter((modifier) => !modifier.type.startsWith('LIMIT'))
  return { ...serialized, statements: [{ ...first, node: { ...first.node, modifiers } }, ...rest] }
}
