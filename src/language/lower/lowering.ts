/**
 * What lowering builds up: the pipelines, the driver's steps around them, parameters, error sites, and the relations that steps
 * pass on (slots). Steps within a branch or a round are collected apart.
 */
import { fresh, i32, option, zero } from '../../ir/build.ts'
import { type Ir, type IrType, isOption, type RaiseCode, type Scalar, scalarOf } from '../../ir/nodes.ts'
import { WRITTEN_AS } from '../../ir/physical.ts'
import { type Body, type Builder, LEFT_STATE, type Pipeline, type Source, type SourceColumn, STATE_ROW } from '../../ir/program.ts'
import type { Position, Type } from '../nodes.ts'
import type { KernelParam, KernelSite, SlotInfo, Step } from './lowered.ts'
import type { Written } from './record.ts'
import { bodyOf } from './record.ts'
import { NeedsNumbers } from './scope.ts'
import { leafTypes, leavesOf, rowField, storedAs } from './types.ts'

export class Lowering {
  readonly pipelines: Pipeline[] = []
  readonly params: KernelParam[] = []
  readonly sites: KernelSite[] = []
  readonly slots: SlotInfo[] = []
  /** Of inputs in row layout, those that the first pipelines write as columns, with the relations they become. */
  readonly transposed = new Map<number, number>()
  /** Where steps go now. */
  steps: Step[] = []

  site(code: RaiseCode, what: string, at: Position): number {
    const message = at.line > 0 ? `${what}, at line ${at.line}, column ${at.column}` : what
    const known = this.sites.findIndex((s) => s.code === code && s.message === message)
    return known >= 0 ? known : this.sites.push({ code, message }) - 1
  }
  raise(type: IrType, code: RaiseCode, what: string, at: Position): Ir {
    return { ir: 'raise', type, code, site: this.site(code, what, at) }
  }

  /** A string constant: it lies in the parameters. */
  text(value: string): Ir {
    const known = this.params.findIndex((p) => p.type === 'str' && p.value === value)
    return { ir: 'param', type: 'str', index: known >= 0 ? known : this.params.push({ type: 'str', value }) - 1 }
  }
  param(type: Scalar): number {
    return this.params.push({ type }) - 1
  }
  /** Parameters that hold values of these types, as they are read. */
  holders(types: readonly IrType[]): readonly Holder[] {
    return types.map((type): Holder => {
      const index = this.param(scalarOf(type))
      return { type, value: index, valid: isOption(type) ? this.param('bool') : undefined }
    })
  }

  slot(element: Type, columns: readonly SourceColumn[]): number {
    return this.slots.push({ element, columns, single: false }) - 1
  }
  /** A relation as appenders leave it. */
  writtenSlot(element: Type, at: Position): number {
    return this.slot(element, writtenColumns(leavesOf(element, at)))
  }
  /** A relation as an input's values are stored. */
  inputSlot(element: Type, at: Position): number {
    const irs = leavesOf(element, at)
    return this.slot(element, leafTypes(element).map((leaf, i) => columnOf(irs[i] as IrType, storedAs(leaf))))
  }
  /** An input in row layout. */
  rowsSlot(element: Type, at: Position): number {
    const fields = leafTypes(element).map((leaf) => rowField(leaf, at))
    const slot = this.inputSlot(element, at)
    this.slots[slot] = { ...this.slotInfo(slot), fields }
    return slot
  }
  slotInfo(slot: number): SlotInfo {
    return this.slots[slot] as SlotInfo
  }
  /** Elements of the relation are read by number: it must lie in one batch. */
  needSingle(slot: number): SlotInfo {
    const info = this.slotInfo(slot)
    if (!info.single) this.slots[slot] = { ...info, single: true }
    return this.slots[slot] as SlotInfo
  }

  /** Collects the steps that `build` makes. */
  collect(build: () => void): readonly Step[] {
    const outer = this.steps
    const made: Step[] = []
    this.steps = made
    try {
      build()
    } finally {
      this.steps = outer
    }
    return made
  }

  /** Adds a pipeline that merges; its number. */
  pipeline(source: Source, row: string, builder: Builder, body: Body, operators: readonly string[]): number {
    return this.pipelines.push({ operators, source, row, builder, body }) - 1
  }
  /** A pipeline of an appender, whose rows become a relation of `slot`. */
  append(source: Source, row: string, slot: number, rows: readonly Written[], operators: readonly string[]): void {
    const types = rows[0]?.values.map((v) => v.type) ?? []
    const builder: Builder = { builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[scalarOf(type)] })), counted: false }
    const pipeline = this.pipeline(source, row, builder, bodyOf(rows), operators)
    this.steps.push({ step: 'run', pipeline, slot })
  }

  /** Computes values between loops, for later pipelines to read. */
  scalars(values: readonly Ir[], into: readonly Holder[] = this.holders(values.map((v) => v.type))): readonly Ir[] {
    const builder: Builder = {
      builder: 'merger',
      state: values.map((v) => ({ type: v.type, init: isOption(v.type) ? option(zero(scalarOf(v.type)), { ir: 'literal', type: 'bool', value: false }) : zero(scalarOf(v.type)) })),
      combine: values.map((v, index): Ir => ({ ir: 'field', type: v.type, row: LEFT_STATE, index })),
    }
    const pipeline = this.pipeline({ source: 'range', count: i32(1) }, this.row(), builder, { body: 'merge', key: [], values }, ['let'])
    this.steps.push({ step: 'run', pipeline, params: into.map(({ value, valid }) => ({ value, valid })) })
    return into.map(readHolder)
  }

  /** Lowers a loop; once more, over rows that have numbers, where the first time shows that they are needed. */
  numbering<T>(numbered: boolean, build: (numbered: boolean) => T): T {
    const [pipelines, params, slots, steps] = [this.pipelines.length, this.params.length, this.slots.length, this.steps.length]
    const before = [...this.slots]
    try {
      return build(numbered)
    } catch (error) {
      if (!(error instanceof NeedsNumbers) || numbered) throw error
      this.pipelines.length = pipelines
      this.params.length = params
      this.slots.splice(0, slots, ...before)
      this.slots.length = slots
      this.steps.length = steps
      return build(true)
    }
  }

  row(): string {
    return fresh('n')
  }
}

export interface Holder {
  readonly type: IrType
  readonly value: number
  readonly valid: number | undefined
}
export const readHolder = ({ type, value, valid }: Holder): Ir => {
  const param: Ir = { ir: 'param', type: scalarOf(type), index: value }
  return valid === undefined ? param : option(param, { ir: 'param', type: 'bool', index: valid })
}

export const columnOf = (type: IrType, physical = WRITTEN_AS[scalarOf(type)]): SourceColumn => ({
  physical,
  nullable: isOption(type),
  ...(scalarOf(type) === 'vec' ? { vec: true as const } : {}),
})
export const writtenColumns = (types: readonly IrType[]): readonly SourceColumn[] => types.map((type) => columnOf(type))

/** The states of a merger that its merge reads. */
export const stateFields = (types: readonly IrType[], first: number, row = STATE_ROW): readonly Ir[] => types.map((type, i): Ir => ({ ir: 'field', type, row, index: first + i }))
