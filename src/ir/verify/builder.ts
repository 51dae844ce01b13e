/** Fields, keys and states of a pipeline's builder: whether it can hold them, and whether its states begin and combine as what they are. */
import type { Physical } from '../../layout/relation.ts'
import { ROW_PHYSICALS } from '../../layout/unsafe-row.ts'
import { type IrType, isOption, scalarOf } from '../nodes.ts'
import { READ_AS } from '../physical.ts'
import { type Builder, combineOf, type DenseKey, extentOf, LEFT_STATE, RIGHT_STATE, SMALL_EXTENT, stateOf } from '../program.ts'
import { elements, typed } from './expression.ts'
import type { Scope } from './scope.ts'
import { STORED } from './types.ts'

export const verifyBuilder = (scope: Scope, b: Builder): void => {
  if (b.builder === 'sorter') scope.expect(b.keys.length === b.keyTypes.length && b.keys.length > 0, 'a sorter has one type for each key, and a key')
  if (b.builder === 'appender' && b.numbered) scope.expect(b.layout === 'row', 'only rows have numbers')
  if (b.builder === 'appender' && b.layout) {
    for (const f of b.fields) scope.expect((ROW_PHYSICALS as readonly Physical[]).includes(f.physical) && READ_AS[f.physical] === scalarOf(f.type), `a row holds no ${f.type} as ${f.physical}`)
  } else if (b.builder === 'appender') for (const f of b.fields) scope.expect(STORED[f.physical] === scalarOf(f.type) || (f.physical === 'slice' && scalarOf(f.type) === 'vec'), `an appender stores no ${f.type} as ${f.physical}`)
  if (b.builder === 'dictmerger' || b.builder === 'groupmerger') for (const k of b.key) scope.expect(scalarOf(k) !== 'vec', 'a vec is no key')
  if (b.builder === 'groupmerger') verifyJoin(scope, b)
  if (b.builder === 'framer') verifyFramer(scope, b)
  if (b.builder !== 'merger' && b.builder !== 'dictmerger' && b.builder !== 'vecmerger' && b.builder !== 'framer') return
  const state = stateOf(b)
  const combine = combineOf(b)
  const types = state.map((s) => s.type)
  for (const s of state) typed(scope, s.init, s.type, 'init')
  if (b.builder === 'vecmerger') scope.expect(types.length === 1 && b.initial.columns.length === 1 && elements(scope, b.initial)[0] === types[0], `a vecmerger of {${types}} from {${elements(scope, b.initial)}}`)
  if (b.builder === 'dictmerger' && b.dense) {
    scope.expect(b.dense.length === b.key.length, 'a dense dictmerger has a range for each key')
    for (const k of b.key) scope.expect(['bool', 'i32', 'i64'].includes(scalarOf(k)), `no dense key of ${k}`)
    for (const d of b.dense) scope.expect(d.extent >= 1, 'a dense key has at least one value')
  }
  if (b.builder === 'dictmerger' && b.counted !== undefined) scope.expect(b.dense !== undefined && extentOf(b.dense) <= SMALL_EXTENT && types[b.counted] === 'i64', `field ${b.counted} counts no groups`)
  if (b.builder === 'dictmerger' && b.local !== undefined) scope.expect(!b.dense && Number.isInteger(b.local) && b.local >= 1 && b.local <= 2 ** 24, `no dictmerger gives up ${b.local} groups`)
  scope.expect(combine.length === types.length, `combine gives ${combine.length} of ${types.length} fields`)
  scope.rows.set(LEFT_STATE, types).set(RIGHT_STATE, types)
  combine.forEach((e, i) => typed(scope, e, types[i] as IrType, `combine ${i}`))
  scope.rows.delete(LEFT_STATE)
  scope.rows.delete(RIGHT_STATE)
}

const verifyFramer = (scope: Scope, { sink, tuple, first, nodes, state }: Extract<Builder, { builder: 'framer' }>): void => {
  const sorter = scope.sink(sink)
  scope.expect(sorter.builder === 'sorter' && sorter.window !== undefined && String(sorter.fields) === String(tuple), `sink ${sink} has no rows of a window`)
  for (const from of nodes === undefined ? [first] : [first, nodes]) state.forEach((s, i) => scope.expect(tuple[from + i] === s.type, `field ${from + i} of a window's rows is no ${s.type}`))
}

const verifyJoin = (scope: Scope, { key, contiguous, dense, marks, filters }: Extract<Builder, { builder: 'groupmerger' }>): void => {
  if (contiguous) scope.expect(!dense && !marks && !filters, 'contiguous groups are not for joins')
  const isDense = (k: IrType | undefined, { extent }: DenseKey) => extent >= 1 && (k === 'i32' || k === 'i64')
  if (dense) scope.expect(key.length === 1 && isDense(key[0], dense), `no dense join on {${key}}`)
  for (const f of filters ?? []) {
    const k = key[f.key] ?? scope.fail(`no key ${f.key} to filter by`)
    scope.expect(f.filter === 'bitmap' ? isDense(k, f.range) : !isOption(k), `no ${f.filter} of ${k}`)
  }
}
