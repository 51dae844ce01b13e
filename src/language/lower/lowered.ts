/** A kernel as pipelines, and the steps by which the driver runs them: what the kernel room is given. */
import type { RaiseCode, Scalar } from '../../ir/nodes.ts'
import type { Program, SourceColumn } from '../../ir/program.ts'
import type { RowField } from '../../layout/unsafe-row.ts'
import type { Type } from '../nodes.ts'

export interface KernelParam {
  readonly type: Scalar
  /** A constant; absent: a step writes it before it is read. */
  readonly value?: string | undefined
}
export interface KernelSite {
  readonly code: RaiseCode
  readonly message: string
}

/**
 * A relation that the driver keeps. `single`: it must lie in one batch, because its elements are read by number. `fields`: an
 * input in row layout, which lies as UnsafeRows of these fields; `columns` then are what its values would be as columns.
 */
export interface SlotInfo {
  readonly element: Type
  readonly columns: readonly SourceColumn[]
  readonly single: boolean
  readonly fields?: readonly RowField[] | undefined
}

/** Parameters that a value goes to. */
export interface Target {
  readonly value: number
  readonly valid: number | undefined
}

export type Step =
  /** Runs a pipeline; what an appender leaves becomes relation `slot`, a merger's state goes to `params`. */
  | { readonly step: 'run'; readonly pipeline: number; readonly slot?: number; readonly params?: readonly Target[] }
  /** The rows of several relations of one form, one after the other. */
  | { readonly step: 'concat'; readonly from: readonly number[]; readonly slot: number }
  /** The columns of relations of equal length side by side; `site` says what is wrong where lengths differ. */
  | { readonly step: 'zip'; readonly from: readonly number[]; readonly slot: number; readonly site: number }
  /** Some columns of a relation. */
  | { readonly step: 'pick'; readonly from: number; readonly columns: readonly number[]; readonly slot: number }
  | { readonly step: 'if'; readonly cond: number; readonly then: readonly Step[]; readonly else: readonly Step[] }
  /** Until `again` is false after a round. */
  | { readonly step: 'loop'; readonly body: readonly Step[]; readonly again: number }
  /** Slots and parameters take other ones' content, all at once. */
  | { readonly step: 'assign'; readonly slots: readonly Assignment[]; readonly params: readonly Assignment[] }
export interface Assignment {
  readonly from: number
  readonly to: number
}

/** Where a parameter of the kernel goes. */
export type Input =
  | { readonly input: 'relation'; readonly type: Type; readonly slot: number }
  /** A vec in row layout. */
  | { readonly input: 'rows'; readonly type: Type; readonly slot: number }
  /** Scalars and structs of them: parameters, leaf by leaf. */
  | { readonly input: 'scalars'; readonly type: Type; readonly params: readonly Target[] }
  | { readonly input: 'struct'; readonly type: Type; readonly fields: readonly Input[] }

/** Where the result lies: scalars in parameters, leaf by leaf; a vec in a relation; a dict in one of keys and values. */
export type Output =
  | { readonly output: 'scalars'; readonly type: Type; readonly params: readonly Target[] }
  | { readonly output: 'relation'; readonly type: Type; readonly slot: number }
  | { readonly output: 'struct'; readonly type: Type; readonly fields: readonly Output[] }

export interface LoweredKernel {
  readonly program: Program
  readonly params: readonly KernelParam[]
  readonly sites: readonly KernelSite[]
  readonly slots: readonly SlotInfo[]
  readonly steps: readonly Step[]
  readonly inputs: readonly Input[]
  readonly output: Output
}
