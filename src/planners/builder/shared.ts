/** Plans that are used in several places: leaves that stand for them, which get their numbers when the document is written. */
import type { PlanNode, ScanField } from '../../plan/nodes.ts'

type Leaf = Extract<PlanNode, { op: 'shared' }>

const sources = new WeakMap<PlanNode, PlanNode>()

export const sharedLeaf = (node: PlanNode, columns: readonly ScanField[]): PlanNode => {
  const leaf: Leaf = { op: 'shared', index: 0, columns }
  sources.set(leaf, node)
  return leaf
}

/** The plan with its shared plans, each after those it uses. */
export const withShared = (root: PlanNode): { readonly root: PlanNode; readonly shared?: readonly PlanNode[] } => {
  const shared: PlanNode[] = []
  const known = new Map<PlanNode, number>()
  const numbered = (node: PlanNode): PlanNode => {
    const source = sources.get(node)
    if (source) {
      const index = known.get(node) ?? shared.push(numbered(source)) - 1
      known.set(node, index)
      return { ...(node as Leaf), index }
    }
    if ('left' in node) return { ...node, left: numbered(node.left), right: numbered(node.right) }
    if ('inputs' in node) return { ...node, inputs: node.inputs.map(numbered) }
    return 'input' in node ? { ...node, input: numbered(node.input) } : node
  }
  const numberedRoot = numbered(root)
  return shared.length > 0 ? { root: numberedRoot, shared } : { root: numberedRoot }
}
