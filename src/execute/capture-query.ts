/** A query's capture: the folder, the leases its stages have of their own, and the interpreter as a witness of each stage. */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Lease } from '../bridge/memory.ts'
import { OptionError } from '../errors.ts'
import { interpret } from '../fallback/interpret.ts'
import type { Relation } from '../layout/relation.ts'
import { parseType } from '../layout/types.ts'
import type { Plan, PlanNode } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'
import { StageCapture, type Witness } from './capture.ts'
import type { NativeOptions } from './native-stage.ts'
import type { Core, ExecuteOptions } from './query.ts'

interface Leaf {
  readonly node: PlanNode
}

export class QueryCapture {
  readonly #directory: string
  /** A query's files have the same names whenever it is captured. */
  readonly #name: string
  readonly #core: Core
  readonly #leases: Lease[] = []

  /** Throws OptionError INVALID_OPTION where the folder cannot be made. */
  constructor(directory: string, plan: Plan, core: Core) {
    try {
      mkdirSync(directory, { recursive: true })
    } catch (cause) {
      throw new OptionError('INVALID_OPTION', `capture: the folder ${directory} cannot be made`, { cause })
    }
    this.#directory = directory
    this.#name = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 8)
    this.#core = core
  }

  /** How a stage is to run; its lease lives as long as the query, because its result does. */
  stage(stage: Stage, leaves: readonly Leaf[], options: ExecuteOptions): Pick<NativeOptions, 'lease' | 'capture'> {
    const lease = this.#core.memory.lease()
    this.#leases.push(lease)
    const target = { directory: this.#directory, name: `${this.#name}-stage${stage.id}`, runtime: this.#core.runtime }
    const witness = isDecided(stage.root) ? this.#witness(stage, leaves, options) : undefined
    return { lease, capture: (captured) => new StageCapture(target, captured, witness) }
  }

  release(): void {
    for (const lease of this.#leases) lease.release()
  }

  #witness(stage: Stage, leaves: readonly Leaf[], options: ExecuteOptions): Witness {
    const { memory } = this.#core
    return async (inputs, use) => {
      const relations = new Map(leaves.map(({ node }, i) => [node, inputs[i] as Relation]))
      const lease = memory.lease()
      try {
        const { relation } = await interpret(stage.root, {
          resolve: (leaf) => relations.get(leaf) as Relation,
          buffer: memory.buffer,
          arena: lease,
          udf: options.udf,
          signal: options.signal,
          breathe: () => new Promise((resolve) => setImmediate(resolve)),
        })
        return use(relation)
      } finally {
        lease.release()
      }
    }
  }
}

/** A join leaves its rows in no order. What hangs on one afterwards has more than one right answer: the interpreter's is one of them. */
const isDecided = (root: PlanNode): boolean => {
  const nodes = nodesOf(root)
  if (!nodes.some((n) => n.op === 'join')) return true
  return !nodes.some((n) => n.op === 'limit' || n.op === 'topn' || n.op === 'sort' || n.op === 'window' || (n.op === 'aggregate' && [...n.groups.map((g) => g.type), ...n.aggregates.map((a) => a.type)].some(isFloat)) || (n.op === 'aggregate' && n.aggregates.some((a) => /first|any/.test(a.fn))))
}

const isFloat = (type: string): boolean => ['float', 'double'].includes(parseType(type)?.kind ?? '')

const nodesOf = (node: PlanNode): readonly PlanNode[] => {
  if (node.op === 'join' || node.op === 'setop') return [node, ...nodesOf(node.left), ...nodesOf(node.right)]
  if (node.op === 'union') return [node, ...node.inputs.flatMap(nodesOf)]
  return 'input' in node ? [node, ...nodesOf(node.input)] : [node]
}
