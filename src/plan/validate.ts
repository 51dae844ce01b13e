/**
 * Validation of a plan document that comes from outside: JSON that may hold anything. What passes is a Plan that the
 * operators may trust: every field present and of its type, every column in range and of the type it claims, every
 * literal a value of its type, every function one that the registry allows for these arguments.
 */
import { PlanError } from '../errors.ts'
import { BOOL, INT64, INT32, type SqlType, sameType, typeName } from '../layout/types.ts'
import { at, type Fields, invalid, type Place, pathOf, ROOT, readBoolean, readCount, readFields, readList, readName, readObject, readText, readType, shown } from './document.ts'
import { type JoinKind, type Partitioning, PLAN_VERSION, type Plan, type PlanNode } from './nodes.ts'
import { AGGREGATE_FIELDS, COLUMN_FIELDS, JOIN_KINDS, KEY_FIELDS, NODE_SHAPES, PARTITIONINGS, PLAN_FIELDS, SET_KINDS } from './shapes.ts'
import { applyRule, enter, type FunctionRules, readExpr, readExprs, readLiteral, readPredicate, refused, type Validation } from './validate-expressions.ts'
import { readSortKeys, readWindow } from './validate-order.ts'

export type { FunctionRules } from './validate-expressions.ts'

/**
 * The document as a plan. Without `rules` calls are checked in shape only.
 * Throws PlanError PLAN_VERSION, INVALID_PLAN or UNSUPPORTED_TYPE, with `position` a path such as `$.root.exprs[2].type`;
 * UnsupportedError UNSUPPORTED_PLAN for an operator or kind of expression that is not known, UNSUPPORTED_FUNCTION for a
 * function, aggregate or cast that `rules` do not allow.
 */
export const validatePlan = (document: unknown, rules?: FunctionRules): Plan => {
  const { version } = readObject(document, ROOT, 'a plan')
  if (version === undefined) throw invalid(ROOT, 'a plan lacks `version`')
  if (version !== PLAN_VERSION) {
    throw new PlanError('PLAN_VERSION', `the plan has version ${shown(version)}; this release reads version ${PLAN_VERSION}`, { position: pathOf(at(ROOT, 'version')) })
  }
  const fields = readFields(document, ROOT, 'a plan', PLAN_FIELDS)
  const shared: (readonly SqlType[])[] = []
  const cx: Validation = { rules, parts: 0, shared }
  const plans = fields['shared'] === undefined ? [] : readList(fields, 'shared', ROOT)
  plans.forEach((plan, i) => shared.push(readNode(plan, at(at(ROOT, 'shared'), i), cx, 0)))
  const output = readNode(fields['root'], at(ROOT, 'root'), cx, 0)
  const names = readNames(fields)
  if (output.length === 0) throw invalid(at(ROOT, 'root'), 'the result has no columns')
  if (names.length !== output.length) throw invalid(at(ROOT, 'names'), `there are ${names.length} names for ${output.length} columns`)
  return document as Plan
}

const readNames = (fields: Fields): readonly string[] => {
  const names = readList(fields, 'names', ROOT)
  const seen = new Set<string>()
  return names.map((_, i) => {
    const name = readText(names, i, at(ROOT, 'names'))
    if (seen.has(name)) throw invalid(at(at(ROOT, 'names'), i), `two columns have the name ${shown(name)}`)
    seen.add(name)
    return name
  })
}

/** Checks a node; gives the types of its output. */
const readNode = (value: unknown, place: Place, cx: Validation, depth: number): readonly SqlType[] => {
  enter(cx, place, depth)
  const op = readText(readObject(value, place, 'a node'), 'op', place)
  if (op === 'input') throw invalid(at(place, 'op'), 'an `input` stands only in stages that were cut from a plan')
  if (!Object.hasOwn(NODE_SHAPES, op)) {
    throw refused({ code: 'OPERATOR', node: op.slice(0, 40), reason: `${shown(op)} is not an operator` }, at(place, 'op'), 'UNSUPPORTED_PLAN')
  }
  const known = op as Exclude<PlanNode['op'], 'input'>
  const fields = readFields(value, place, known, NODE_SHAPES[known].fields, 'op')
  const input = (key = 'input'): readonly SqlType[] => readNode(fields[key], at(place, key), cx, depth + 1)
  switch (known) {
    case 'scan':
      return readScan(fields, place, cx)
    case 'values':
      return readValues(fields, place)
    case 'shared':
      return readShared(fields, place, cx)
    case 'filter': {
      const types = input()
      readPredicate(fields['predicate'], at(place, 'predicate'), types, cx)
      return types
    }
    case 'project':
      return readExprs(fields, 'exprs', place, input(), cx)
    case 'aggregate':
      return readAggregate(fields, place, input(), cx)
    case 'window':
      return readWindow(fields, place, input(), cx)
    case 'union': {
      const inputs = readList(fields, 'inputs', place)
      if (inputs.length === 0) throw invalid(at(place, 'inputs'), 'a union has at least one input')
      return inputs.map((one, i) => readNode(one, at(at(place, 'inputs'), i), cx, depth + 1)).reduce((first, other, i) => sameColumns(first, other, at(at(place, 'inputs'), i)))
    }
    case 'setop': {
      const kind = readText(fields, 'kind', place)
      if (!Object.hasOwn(SET_KINDS, kind)) {
        throw refused({ code: 'OPERATOR', node: 'setop', reason: `${shown(kind)} is not a kind of set operation` }, at(place, 'kind'), 'UNSUPPORTED_PLAN')
      }
      readBoolean(fields, 'all', place)
      return sameColumns(input('left'), input('right'), at(place, 'right'))
    }
    case 'expand': {
      const types = input()
      const projections = readList(fields, 'projections', place)
      if (projections.length === 0) throw invalid(at(place, 'projections'), 'an expand has at least one projection')
      const rows: (readonly SqlType[])[] = projections.map((_, i) => readExprs(projections as unknown as Fields, i as unknown as string, at(place, 'projections'), types, cx))
      return rows.reduce((first, other, i) => sameColumns(first, other, at(at(place, 'projections'), i)))
    }
    case 'unnest': {
      const types = input()
      const type = readExpr(fields['expr'], at(place, 'expr'), types, cx, 0)
      if (type.kind !== 'array' && type.kind !== 'map') throw invalid(at(place, 'expr'), `a value of type ${typeName(type)} has no elements`)
      const [, ordinality] = (['outer', 'ordinality'] as const).map((key) => fields[key] !== undefined && readBoolean(fields, key, place))
      return [...types, ...(type.kind === 'array' ? [type.element] : [type.key, type.value]), ...(ordinality ? [INT64] : [])]
    }
    case 'join':
      return readJoin(fields, place, input('left'), input('right'), cx)
    case 'sort':
    case 'topn':
    case 'limit': {
      const types = input()
      if (known !== 'limit') requireSortKeys(fields, place, types, cx)
      if (known !== 'sort' && !(known === 'limit' && fields['limit'] === null)) readCount(fields, 'limit', place)
      if (fields['offset'] !== undefined) readCount(fields, 'offset', place)
      return types
    }
    case 'exchange': {
      const types = input()
      readPartitioning(fields['partitioning'], at(place, 'partitioning'), types, cx)
      return types
    }
  }
}

const readColumns = (fields: Fields, place: Place, unique: boolean): readonly SqlType[] => {
  const seen = new Set<string>()
  return readList(fields, 'columns', place).map((column, i) => {
    const here = at(at(place, 'columns'), i)
    const shape = readFields(column, here, 'a column', COLUMN_FIELDS)
    const name = readText(shape, 'name', here)
    if (unique && seen.has(name)) throw invalid(here, `the column ${shown(name)} is listed twice`)
    seen.add(name)
    return readType(shape, 'type', here)
  })
}

const readScan = (fields: Fields, place: Place, cx: Validation): readonly SqlType[] => {
  readName(fields, 'table', place)
  const types = readColumns(fields, place, true)
  if (fields['filters'] === undefined) return types
  readList(fields, 'filters', place).forEach((filter, i) => readPredicate(filter, at(at(place, 'filters'), i), types, cx))
  return types
}

const readShared = (fields: Fields, place: Place, { shared }: Validation): readonly SqlType[] => {
  const index = readCount(fields, 'index', place)
  const output = shared[index]
  if (output === undefined) throw invalid(at(place, 'index'), `there is no shared plan ${index} before this node, only ${shared.length}`)
  const types = readColumns(fields, place, false)
  if (types.length !== output.length) throw invalid(at(place, 'columns'), `there are ${types.length} columns, and the shared plan has ${output.length}`)
  types.forEach((type, i) => {
    if (!sameType(type, output[i] as SqlType)) throw invalid(at(at(place, 'columns'), i), `the column is of type ${typeName(output[i] as SqlType)}, not ${typeName(type)}`)
  })
  return types
}

const readValues = (fields: Fields, place: Place): readonly SqlType[] => {
  const types = readColumns(fields, place, false)
  readList(fields, 'rows', place).forEach((row, i) => {
    const here = at(at(place, 'rows'), i)
    if (!Array.isArray(row)) throw invalid(here, `a row must be a list, not ${shown(row)}`)
    if (row.length !== types.length) throw invalid(here, `the row has ${row.length} values for ${types.length} columns`)
    types.forEach((type, j) => readLiteral(row[j], at(here, j), type))
  })
  return types
}

const readAggregate = (fields: Fields, place: Place, input: readonly SqlType[], cx: Validation): readonly SqlType[] => {
  const groups = readExprs(fields, 'groups', place, input, cx)
  const calls = readList(fields, 'aggregates', place).map((call, i) => {
    const here = at(at(place, 'aggregates'), i)
    const shape = readFields(call, here, 'an aggregate', AGGREGATE_FIELDS)
    const fn = readName(shape, 'fn', here)
    const args = readExprs(shape, 'args', here, input, cx)
    const type = readType(shape, 'type', here)
    if (shape['distinct'] !== undefined) readBoolean(shape, 'distinct', here)
    if (shape['filter'] !== undefined) readPredicate(shape['filter'], at(here, 'filter'), input, cx)
    if (cx.rules) applyRule(cx.rules.aggregate(fn, args, type), 'aggregate', fn, here)
    return type
  })
  if (groups.length + calls.length === 0) throw invalid(place, 'an aggregate has at least one group or aggregate')
  if (fields['sets'] === undefined) return [...groups, ...calls]
  const sets = readList(fields, 'sets', place)
  if (sets.length === 0) throw invalid(at(place, 'sets'), 'there is no grouping set')
  sets.forEach((set, i) => {
    const here = at(at(place, 'sets'), i)
    if (!Array.isArray(set)) throw invalid(here, `a grouping set must be a list, not ${shown(set)}`)
    const seen = new Set<number>()
    set.forEach((_, j) => {
      const group = readCount(set as unknown as Fields, j as unknown as string, here)
      if (group >= groups.length) throw invalid(at(here, j), `there is no group ${group} of ${groups.length}`)
      if (seen.has(group)) throw invalid(at(here, j), `the group ${group} is listed twice`)
      seen.add(group)
    })
  })
  return [...groups, ...calls, INT32]
}

/** Columns that stand for each other by position. */
const sameColumns = (first: readonly SqlType[], other: readonly SqlType[], place: Place): readonly SqlType[] => {
  if (first.length !== other.length) throw invalid(place, `there are ${other.length} columns for ${first.length}`)
  first.forEach((type, i) => {
    const own = other[i] as SqlType
    if (!sameType(type, own)) throw invalid(place, `column ${i} is of type ${typeName(own)}, not ${typeName(type)}: cast it`)
  })
  return first
}

/** Decimals of one scale are compared digit by digit; all other keys must be of one type. */
const comparable = (a: SqlType, b: SqlType): boolean =>
  a.kind === 'decimal' && b.kind === 'decimal' ? a.scale === b.scale : sameType(a, b) && a.kind !== 'null'

const readJoin = (fields: Fields, place: Place, left: readonly SqlType[], right: readonly SqlType[], cx: Validation): readonly SqlType[] => {
  const kind = readText(fields, 'kind', place)
  if (!Object.hasOwn(JOIN_KINDS, kind)) {
    throw refused({ code: 'OPERATOR', node: 'join', reason: `${shown(kind)} is not a kind of join` }, at(place, 'kind'), 'UNSUPPORTED_PLAN')
  }
  readList(fields, 'keys', place).forEach((key, i) => {
    const here = at(at(place, 'keys'), i)
    const shape = readFields(key, here, 'a join key', KEY_FIELDS)
    const l = readExpr(shape['left'], at(here, 'left'), left, cx, 0)
    const r = readExpr(shape['right'], at(here, 'right'), right, cx, 0)
    if (!comparable(l, r)) throw invalid(here, `keys of types ${typeName(l)} and ${typeName(r)} cannot be equal: cast one`)
    if (shape['nullSafe'] !== undefined) readBoolean(shape, 'nullSafe', here)
  })
  if (fields['strategy'] !== undefined) readStrategy(fields, place)
  if (fields['residual'] !== undefined) readPredicate(fields['residual'], at(place, 'residual'), [...left, ...right], cx)
  switch (kind as JoinKind) {
    case 'semi':
    case 'anti':
      return left
    case 'right_semi':
    case 'right_anti':
      return right
    case 'mark':
      return [...left, BOOL]
    default:
      return [...left, ...right]
  }
}

const readStrategy = (fields: Fields, place: Place): void => {
  const strategy = readText(fields, 'strategy', place)
  if (strategy !== 'hash' && strategy !== 'merge') throw refused({ code: 'OPERATOR', node: 'join', reason: `${shown(strategy)} is not a way to join` }, at(place, 'strategy'), 'UNSUPPORTED_PLAN')
  if (strategy === 'merge' && readList(fields, 'keys', place).length === 0) throw invalid(at(place, 'keys'), 'a merge join has a key')
}

const readPartitioning = (value: unknown, place: Place, input: readonly SqlType[], cx: Validation): void => {
  const kind = readText(readObject(value, place, 'a partitioning'), 'kind', place)
  if (!Object.hasOwn(PARTITIONINGS, kind)) {
    throw refused({ code: 'OPERATOR', node: 'exchange', reason: `${shown(kind)} is not a kind of partitioning` }, at(place, 'kind'), 'UNSUPPORTED_PLAN')
  }
  const known = kind as Partitioning['kind']
  const fields = readFields(value, place, `${kind} partitioning`, PARTITIONINGS[known].fields, 'kind')
  if (known === 'single' || known === 'broadcast') return
  const partitions = readCount(fields, 'partitions', place)
  if (partitions < 1 || partitions > MAX_PARTITIONS) throw invalid(at(place, 'partitions'), `\`partitions\` must be from 1 to ${MAX_PARTITIONS}, not ${partitions}`)
  if (known === 'range') requireSortKeys(fields, place, input, cx)
  if (known === 'hash' && readExprs(fields, 'keys', place, input, cx).length === 0) throw invalid(at(place, 'keys'), 'there is no key')
}
const MAX_PARTITIONS = 65536

const requireSortKeys = (fields: Fields, place: Place, input: readonly SqlType[], cx: Validation): void => {
  if (readSortKeys(fields, 'keys', place, input, cx).length === 0) throw invalid(at(place, 'keys'), 'there is no sort key')
}
