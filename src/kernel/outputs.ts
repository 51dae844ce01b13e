/** A kernel's result out of memory. */
import type { Output, Target } from '../language/lower/index.ts'
import type { Type } from '../language/nodes.ts'
import type { Physical } from '../layout/relation.ts'
import type { Driver } from './driver.ts'
import { gathered, type KernelValue, loadLeaf, loadRows } from './load.ts'
import type { LeavesOf, Memory } from './store.ts'

const PHYSICAL: Record<string, Physical> = { bool: 'bool8', str: 'slice', vec: 'slice' }

export const readOutput = (output: Output, driver: Driver, memory: Memory, leaves: LeavesOf): KernelValue => {
  switch (output.output) {
    case 'struct':
      return output.fields.map((field) => readOutput(field, driver, memory, leaves))
    case 'scalars': {
      const fields = leaves(output.type)
      let next = 0
      return gathered(output.type, () => {
        const { value, valid } = output.params[next] as Target
        const { type, ir } = fields[next++] as ReturnType<LeavesOf>[number]
        if (valid !== undefined && memory.view.getUint8(driver.paramAddress(valid)) === 0) return null
        const scalar = ir.replace('?', '')
        return loadLeaf(memory, type, PHYSICAL[scalar] ?? (scalar as Physical), driver.paramAddress(value), leaves)
      })
    }
    case 'relation': {
      const { type } = output
      const relation = driver.slot(output.slot)
      if (type.kind === 'vec') return loadRows(memory, relation, type.of, leaves)
      if (type.kind !== 'dict') throw new Error(`a relation of a ${type.kind}`)
      const element: Type = { kind: 'struct', fields: [type.key, type.value] }
      return new Map(loadRows(memory, relation, element, leaves) as [KernelValue, KernelValue][])
    }
  }
}

/** Elements of a vec, entries of a dict, else one. */
export const rowsOf = (type: Type, value: KernelValue): number => (value instanceof Map ? value.size : type.kind === 'vec' ? (value as readonly KernelValue[]).length : 1)
