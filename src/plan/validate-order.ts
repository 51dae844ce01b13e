/** Sort keys and windows of an untrusted document. */
import { isFloating, isInteger, isPacked, type SqlType, sameType, typeName, typeRange } from '../layout/types.ts'
import { at, type Fields, invalid, type Place, readBoolean, readChoice, readFields, readList, readName, readType } from './document.ts'
import type { FrameBound, FrameUnit } from './nodes.ts'
import { BOUND_FIELDS, FRAME_FIELDS, FRAME_UNITS, SORT_FIELDS, WINDOW_FIELDS } from './shapes.ts'
import { applyRule, readExpr, readExprs, readPredicate, type Validation } from './validate-expressions.ts'

/** The types of the keys. */
export const readSortKeys = (fields: Fields, key: string, place: Place, input: readonly SqlType[], cx: Validation): readonly SqlType[] =>
  readList(fields, key, place).map((sort, i) => {
    const here = at(at(place, key), i)
    const shape = readFields(sort, here, 'a sort key', SORT_FIELDS)
    readBoolean(shape, 'descending', here)
    readBoolean(shape, 'nullsFirst', here)
    const type = readExpr(shape['expr'], at(here, 'expr'), input, cx, 0)
    if (isPacked(type)) throw invalid(at(here, 'expr'), `values of type ${typeName(type)} have no order`)
    return type
  })

/** The types of a window's output. */
export const readWindow = (fields: Fields, place: Place, input: readonly SqlType[], cx: Validation): readonly SqlType[] => {
  readExprs(fields, 'partitions', place, input, cx)
  const keys = readSortKeys(fields, 'orders', place, input, cx)
  const functions = readList(fields, 'functions', place)
  if (functions.length === 0) throw invalid(at(place, 'functions'), 'a window has at least one function')
  return [...input, ...functions.map((call, i) => readWindowCall(call, at(at(place, 'functions'), i), keys, input, cx))]
}

const OPTIONS = ['frame', 'ignoreNulls', 'filter', 'distinct'] as const

const readWindowCall = (value: unknown, place: Place, keys: readonly SqlType[], input: readonly SqlType[], cx: Validation): SqlType => {
  const shape = readFields(value, place, 'a window call', WINDOW_FIELDS)
  const fn = readName(shape, 'fn', place)
  const args = readExprs(shape, 'args', place, input, cx)
  const type = readType(shape, 'type', place)
  if (shape['ignoreNulls'] !== undefined) readBoolean(shape, 'ignoreNulls', place)
  if (shape['distinct'] !== undefined) readBoolean(shape, 'distinct', place)
  if (shape['filter'] !== undefined) readPredicate(shape['filter'], at(place, 'filter'), input, cx)
  if (shape['frame'] !== undefined) readFrame(shape['frame'], at(place, 'frame'), keys, input, cx)
  if (!cx.rules) return type
  applyRule(cx.rules.window(fn, args, type), 'window function', fn, place)
  const read = cx.rules.windowOptions(fn)
  for (const option of OPTIONS) if (shape[option] !== undefined && !read.includes(option)) throw invalid(at(place, option), `${fn} does not read \`${option}\``)
  return type
}

const readFrame = (value: unknown, place: Place, keys: readonly SqlType[], input: readonly SqlType[], cx: Validation): void => {
  const shape = readFields(value, place, 'a frame', FRAME_FIELDS)
  const unit = readChoice(shape, 'unit', place, Object.keys(FRAME_UNITS) as FrameUnit[])
  const start = readBound(shape['start'], at(place, 'start'), unit, keys, input, cx)
  const end = readBound(shape['end'], at(place, 'end'), unit, keys, input, cx)
  if (start === 'unbounded_following') throw invalid(at(place, 'start'), 'no frame begins with `unbounded_following`')
  if (end === 'unbounded_preceding') throw invalid(at(place, 'end'), 'no frame ends with `unbounded_preceding`')
  if (shape['exclude'] !== undefined) readChoice(shape, 'exclude', place, ['current_row', 'group', 'ties'])
}

const BOUNDS = ['unbounded_preceding', 'preceding', 'current_row', 'following', 'unbounded_following'] as const

const readBound = (value: unknown, place: Place, unit: FrameUnit, keys: readonly SqlType[], input: readonly SqlType[], cx: Validation): FrameBound['bound'] => {
  const shape = readFields(value, place, 'a bound', BOUND_FIELDS)
  const bound = readChoice(shape, 'bound', place, BOUNDS)
  const offset = bound === 'preceding' || bound === 'following'
  if (offset !== (shape['at'] !== undefined)) throw invalid(place, offset ? `\`${bound}\` lacks \`at\`` : `\`${bound}\` has no \`at\``)
  if (!offset) return bound
  const type = readExpr(shape['at'], at(place, 'at'), input, cx, 0)
  if (unit !== 'range') {
    if (!isInteger(type)) throw invalid(at(place, 'at'), `a number of ${unit} is an integer, not ${typeName(type)}`)
    return bound
  }
  const [key, ...others] = keys
  if (!key || others.length > 0) throw invalid(place, 'a range by values has just one order key')
  if (key.kind === 'bool' || (!isFloating(key) && typeRange(key) === undefined)) throw invalid(place, `a range by values is not over ${typeName(key)}`)
  const comparable = key.kind === 'decimal' && type.kind === 'decimal' ? key.scale === type.scale : sameType(key, type)
  if (!comparable) throw invalid(at(place, 'at'), `the order key is of type ${typeName(key)}, where the frame begins or ends of ${typeName(type)}`)
  return bound
}
