/**
 * Aggregation: a key table whose rows carry the states of the aggregates. Without groups there is exactly one row, also
 * for no input.
 */
import { ExecutionError } from '../errors.ts'
import { AGGREGATES, type AggregateDef } from '../operators/aggregates.ts'
import { EvalError } from '../operators/registry.ts'
import type { AggregateCall, PlanNode } from '../plan/nodes.ts'
import { type Accumulator, accumulator } from './accumulators.ts'
import { type ExpressionContext, emitExpr, truth, typeOf } from './expression.ts'
import { KeyTable } from './key-table.ts'
import type { Shape, Val } from './shape.ts'
import { Store, type StoreColumn } from './store.ts'
import type { Row } from './stream.ts'
import type { Writer } from './writer.ts'

const ROW: Shape = { type: { kind: 'int32' }, rep: 'number', min: 0, max: 2147483647 }

export class AggregateSink {
  private readonly node: Extract<PlanNode, { op: 'aggregate' }>
  private readonly cx: ExpressionContext
  private readonly store = new Store()
  private keys: readonly StoreColumn[] = []
  private accumulators: readonly Accumulator[] = []

  constructor(node: Extract<PlanNode, { op: 'aggregate' }>, cx: ExpressionContext) {
    this.node = node
    this.cx = cx
  }

  emit(w: Writer, row: Row): void {
    const { groups, aggregates } = this.node
    let group = '0'
    if (groups.length > 0) {
      const keys = groups.map((expr) => emitExpr(w, expr, row, this.cx))
      const found = new KeyTable(this.store).emitLookup(w, keys, () => {})
      this.keys = found.columns
      group = w.name(found.row)
    } else this.store.rows = 1
    // States are columns beside the keys, and zero for a new group.
    this.accumulators = aggregates.map((call) => this.update(w, call, row, group, groups.length > 0))
  }

  private update(w: Writer, call: AggregateCall, row: Row, group: string, grouped: boolean): Accumulator {
    const site = { type: typeOf(call.type), argTypes: call.args.map((arg) => typeOf(arg.type)), flags: {} }
    const def: AggregateDef = AGGREGATES[call.fn as keyof typeof AGGREGATES]
    const passNulls = def.nulls === 'pass'
    const always = grouped && call.filter === undefined
    let made: Accumulator | undefined
    const body = (): void => {
      const args = call.args.map((arg) => emitExpr(w, arg, row, this.cx))
      const guards = passNulls ? [] : args.map((arg) => arg.nul).filter((nul) => nul !== '')
      made = accumulator(this.store, call.fn, def, site, args, { always: always && guards.length === 0 })
      const current = made
      const add = (): void => {
        if (call.distinct === true) this.distinct(w, args, group, grouped, () => current.add(w, group))
        else current.add(w, group)
      }
      if (guards.length === 0) add()
      else w.block(`if (${guards.map((nul) => `!(${nul})`).join(' && ')}) {`, add)
    }
    if (call.filter === undefined) body()
    else w.block(`if (${truth(emitExpr(w, call.filter, row, this.cx))}) {`, body)
    return made!
  }

  /** Runs `add` for argument values that the group has not seen. */
  private distinct(w: Writer, args: readonly Val[], group: string, grouped: boolean, add: () => void): void {
    const g: Val = { ...ROW, code: group, nul: '' }
    new KeyTable(new Store()).emitLookup(w, grouped ? [g, ...args] : args, add)
  }

  /** The groups and results; throws ExecutionError where a total does not fit. */
  finish(): Store {
    const out = new Store(1)
    out.rows = this.store.rows
    const columns = this.accumulators.map((one, i) => {
      try {
        return one.finish(out.rows)
      } catch (error) {
        if (!(error instanceof EvalError)) throw error
        throw new ExecutionError(error.code, `${this.node.aggregates[i]!.fn}: ${error.message}`, { node: this.cx.node })
      }
    })
    out.columns.push(...this.keys, ...columns)
    return out
  }
}
