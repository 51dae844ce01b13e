/**
 * A plan cut into stages at materialised boundaries: the output of an aggregate, window, sort, top-n, limit or exchange, and the root. What
 * stands directly above a boundary and only reshapes its rows joins the boundary's stage, where `absorbs` allows, so that
 * rows are written once; a join's build side belongs to its probe's stage.
 */
import { parseType, type TypeName, typeName } from '../layout/types.ts'
import type { PlanNode, ScanField } from './nodes.ts'

export interface Stage {
  readonly id: number
  /** Leaves are scans, values and `input` nodes that name earlier stages. */
  readonly root: PlanNode
  /** Stages whose output this one reads. */
  readonly inputs: readonly number[]
  /** Where it leaves rows, the last column is no field of them, but the number of a row's partition, beside it. */
  readonly numbered?: true | undefined
}

/** What stands in a stage: shared plans have become stages of their own. */
export type CutNode = Exclude<PlanNode, { op: 'shared' }>

export type BoundaryOp = 'aggregate' | 'window' | 'sort' | 'topn' | 'limit' | 'exchange'
const isBoundary = (node: PlanNode): boolean => node.op === 'aggregate' || node.op === 'window' || node.op === 'sort' || node.op === 'topn' || node.op === 'limit' || node.op === 'exchange'
/** A filter above sees all rows that the boundary puts out. */
const isFilterable = (node: PlanNode): boolean => node.op === 'aggregate' || node.op === 'window'

/** Types of what an unnested value has: the elements of an array, the keys and the values of a map. */
export const elementsOf = (type: TypeName): readonly TypeName[] => {
  const known = parseType(type)
  if (known?.kind === 'array') return [typeName(known.element)]
  return known?.kind === 'map' ? [typeName(known.key), typeName(known.value)] : []
}

/** Output column types of a node, as the plan states them. */
export const outputOf = (node: PlanNode): readonly ScanField[] => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'shared':
    case 'values':
      return node.columns
    case 'project':
      return node.exprs.map((e, i) => ({ name: `c${i}`, type: e.type }))
    case 'aggregate':
      return [...node.groups, ...node.aggregates, ...(node.sets ? [{ type: 'int32' }] : [])].map((e, i) => ({ name: `c${i}`, type: e.type }))
    case 'union':
      return node.inputs[0] ? outputOf(node.inputs[0]) : []
    case 'setop':
      return outputOf(node.left)
    case 'expand':
      return (node.projections[0] ?? []).map((e, i) => ({ name: `c${i}`, type: e.type }))
    case 'unnest':
      return [...outputOf(node.input), ...elementsOf(node.expr.type).map((type, i) => ({ name: `e${i}`, type })), ...(node.ordinality ? [{ name: 'ordinality', type: 'int64' }] : [])]
    case 'window':
      return [...outputOf(node.input), ...node.functions.map((f, i) => ({ name: `w${i}`, type: f.type }))]
    case 'join': {
      const left = outputOf(node.left)
      const right = outputOf(node.right)
      if (node.kind === 'semi' || node.kind === 'anti') return left
      if (node.kind === 'right_semi' || node.kind === 'right_anti') return right
      if (node.kind === 'mark') return [...left, { name: 'mark', type: 'bool' }]
      return [...left, ...right]
    }
    default:
      return outputOf(node.input)
  }
}

/**
 * Stages in an order in which each comes after those it reads; the last one gives the result. `cuts`: nodes that are stages of
 * their own, each run once even if it stands in several places; `shared`: what `shared` nodes stand for, which are such stages, too.
 */
export const cutStages = (root: PlanNode, absorbs: (node: PlanNode) => boolean, cuts: ReadonlySet<PlanNode> = new Set(), shared: readonly PlanNode[] = []): readonly Stage[] => {
  const isCut = (node: PlanNode): boolean => cuts.has(node) || shared.includes(node)
  const stages: Stage[] = []
  const cut = new Map<PlanNode, number>()

  /** The root of a stage whose top is `node`; boundaries below become inputs. */
  const close = (node: PlanNode): number => {
    const inputs: number[] = []
    const top = within(node, inputs, true, true)
    stages.push({ id: stages.length, root: top, inputs })
    return stages.length - 1
  }

  /** `open`: a boundary met here is this stage's own and not an input's; `top`: so is a node that is cut. */
  const within = (node: PlanNode, inputs: number[], open: boolean, top = false): PlanNode => {
    if (!top && isCut(node)) return cutBelow(node, inputs)
    if (isBoundary(node)) {
      if (open && node.op === 'exchange') return { ...node, input: exchanged(node, inputs) }
      if (open) return { ...node, input: within((node as { input: PlanNode }).input, inputs, false) } as PlanNode
      return cutBelow(node, inputs)
    }
    switch (node.op) {
      case 'project':
      case 'filter':
        if (!open && boundaryUnder(node)) return cutBelow(node, inputs)
        return { ...node, input: within(node.input, inputs, open && boundaryUnder(node)) }
      case 'join':
      case 'setop':
        return { ...node, left: within(node.left, inputs, false), right: within(node.right, inputs, false) }
      case 'shared':
        return { ...cutBelow(shared[node.index] as PlanNode, inputs), columns: node.columns }
      case 'union':
        return { ...node, inputs: node.inputs.map((one) => within(one, inputs, false)) }
      case 'expand':
      case 'unnest':
        return { ...node, input: within(node.input, inputs, false) }
      default:
        return node
    }
  }

  /** What an exchange divides: an aggregate's groups as they come out; for a range, whose bounds are sampled, rows that lie there. */
  const exchanged = ({ input, partitioning }: Extract<PlanNode, { op: 'exchange' }>, inputs: number[]): PlanNode => {
    if (partitioning.kind === 'range') return isLeaf(input) ? within(input, inputs, false) : cutBelow(input, inputs)
    return within(input, inputs, coreOf(input).op === 'aggregate')
  }
  const isLeaf = (node: PlanNode): boolean => node.op === 'values' || node.op === 'shared' || (node.op === 'scan' && !node.filters?.length)

  const cutBelow = (node: PlanNode, inputs: number[]): Extract<PlanNode, { op: 'input' }> => {
    const stage = cut.get(node) ?? close(node)
    if (isCut(node)) cut.set(node, stage)
    inputs.push(stage)
    return { op: 'input', stage, columns: outputOf(node) }
  }

  /** Whether this projection or filter can be part of the stage of the boundary right below it. */
  const boundaryUnder = (node: PlanNode): boolean => {
    if (node.op !== 'project' && node.op !== 'filter') return false
    if (!absorbs(node)) return false
    const { input } = node
    // What stands above an exchange works on its partitions.
    if (input.op === 'exchange') return false
    // A filter above a limit or top-n must see the rows that are left of it.
    if (isBoundary(input)) return node.op === 'project' || isFilterable(input)
    if (!boundaryUnder(input)) return false
    return node.op === 'project' || isFilterable(coreOf(input))
  }
  const coreOf = (node: PlanNode): PlanNode => (node.op === 'project' || node.op === 'filter' ? coreOf(node.input) : node)

  close(root)
  return stages
}
