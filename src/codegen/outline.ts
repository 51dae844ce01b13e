/**
 * Large expressions as functions of their own: (ctx, the row's number, what they read of names and matches) → their slots. Only in pipelines whose
 * code would be too large; a call costs less than what it calls, and nothing where control does not reach it.
 */
import type { Ir } from '../ir/nodes.ts'
import { type Body, nextOf, type Pipeline, stepExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { freeOf } from './points.ts'
import { CTX_LOCAL, type RowAccess, type Scope, slotsOf } from './scope.ts'
import { type Elsewhere, type Uses, usesOfExpression } from './uses.ts'
import { LARGEST_FUNCTION, SURELY_SMALL, weigh, weighNode } from './weights.ts'

/** Estimated bytes from which an expression is a function, and the most slots it may read. */
const LARGE = LARGEST_FUNCTION / 3
const SLOTS = 100

export interface Outlined {
  /** What the function of an expression that is one gets. */
  readonly reads: Elsewhere
  /** Calls the function of an expression that is one, from elsewhere than itself. */
  call(scope: Scope, e: Ir, emit: (scope: Scope, e: Ir) => void): boolean
}

/** `open` makes the scope of a new function, with the source's row whose number is its second argument. */
export const outline = ({ body, vector, row }: Pipeline, module: ModuleBuilder, open: (f: FunctionBuilder, uses: Uses) => Scope): Outlined | undefined => {
  if (weigh(body) < LARGEST_FUNCTION * SURELY_SMALL || vector?.merge) return undefined
  const large = largeIn(behind(body, vector?.filter ?? 0), row)
  if (large.size === 0) return undefined
  const functions = new Map<Ir, FunctionBuilder>()
  const outlined: Outlined = {
    reads: (e) => large.get(e),
    call: (scope, e, emit) => {
      const reads = large.get(e)
      if (!reads || scope.outlining === e) return false
      const { f } = scope
      f.get(CTX_LOCAL).get(scope.row as number)
      for (const read of reads) emit(scope, read)
      f.call(functions.get(e) ?? define(e, reads, emit))
      return true
    },
  }
  const define = (e: Ir, reads: readonly Ir[], emit: (scope: Scope, e: Ir) => void): FunctionBuilder => {
    const f = module.function({ params: ['i32', 'i32', ...reads.flatMap((r) => slotsOf(r.type))], results: slotsOf(e.type) })
    functions.set(e, f)
    const scope: Scope = { ...open(f, usesOfExpression(e, outlined.reads)), outlined, outlining: e }
    bindReads(scope, reads, 2)
    emit(scope, e)
    return f
  }
  return outlined
}

/** What is behind so many filters: those are in lanes. */
const behind = (body: Body, filters: number): Body => (filters > 0 && (body.body === 'let' || body.body === 'if') ? behind(body.next, body.body === 'if' ? filters - 1 : filters) : body)

/** Names and fields that came as parameters, from local `first` on. */
export const bindReads = (scope: Scope, reads: readonly Ir[], first: number): void => {
  const fields = new Map<string, readonly number[]>()
  let at = first
  for (const read of reads) {
    const locals = slotsOf(read.type).map(() => at++)
    if (read.ir === 'ident') scope.names.set(read.name, locals)
    else if (read.ir === 'field') {
      fields.set(`${read.row}.${read.index}`, locals)
      scope.rows.set(read.row, passed(read.row, fields))
    }
  }
}

/** Fields that came as parameters. */
const passed = (row: string, fields: ReadonlyMap<string, readonly number[]>): RowAccess => {
  const locals = (index: number) => fields.get(`${row}.${index}`) as readonly number[]
  return {
    read: (f, index) => {
      for (const local of locals(index)) f.get(local)
    },
    value: (f, index) => {
      for (const local of locals(index).slice(0, -1)) f.get(local)
    },
    valid: (f, index) => f.get(locals(index).at(-1) as number),
  }
}

/** The expressions that become functions, with the names and fields they read. */
const largeIn = (body: Body, row: string): ReadonlyMap<Ir, readonly Ir[]> => {
  const large = new Map<Ir, readonly Ir[]>()
  const rest = new Map<Ir, number>()
  const free = freeOf()
  /** Bytes of the code that stays where the expression is. */
  const visit = (e: Ir): number => {
    const known = rest.get(e)
    if (known !== undefined) return known
    let bytes = childrenOf(e).reduce((n, child) => n + visit(child), weighNode(e))
    if (bytes > LARGE) {
      const reads = [...free(e).values()].filter((r) => r.ir !== 'field' || r.row !== row)
      if (reads.flatMap((r) => slotsOf(r.type)).length <= SLOTS) {
        large.set(e, reads)
        bytes = 10 + 12 * reads.length
      }
    }
    rest.set(e, bytes)
    return bytes
  }
  const walk = (b: Body): void => {
    stepExpressions(b).forEach(visit)
    nextOf(b).forEach(walk)
  }
  walk(body)
  return large
}
