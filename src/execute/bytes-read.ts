/** How many bytes of columns each pipeline of a stage reads: what a profile holds against the speed of the memory. */
import type { Ir } from '../ir/nodes.ts'
import { type Body, nextOf, type Pipeline, type Program, stepExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { physicalWidth, type Relation } from '../layout/relation.ts'
import { isRowTable } from '../layout/row-table.ts'
import { isWindowed, type StageSource } from './windows.ts'

/** Columns that each pipeline's code names; by module, as equal code names the same. */
const named = new WeakMap<WebAssembly.Module, readonly ReadonlySet<number>[]>()

/** Columns of its source that a pipeline's code names. */
export const columnsNamed = ({ row, body }: Pipeline): ReadonlySet<number> => {
  const found = new Set<number>()
  const inExpression = (e: Ir): void => {
    if (e.ir === 'field' && e.row === row) found.add(e.index)
    childrenOf(e).forEach(inExpression)
  }
  const inBody = (b: Body): void => {
    stepExpressions(b).forEach(inExpression)
    nextOf(b).forEach(inBody)
  }
  inBody(body)
  return found
}

/** Bytes a row in `data` and `aux`; of a string that is no code, its place and not its text. */
const width = ({ physical }: Relation['columns'][number]): number => (physical === 'utf8' ? 4 : physicalWidth[physical])

/** Bytes of the columns named, over all rows, with their validity; of rows all their bytes. Undefined for a pipeline whose source is neither. */
export const bytesRead = (module: WebAssembly.Module, program: Program, inputs: readonly StageSource[]): readonly (number | undefined)[] => {
  let columns = named.get(module)
  if (!columns) named.set(module, (columns = program.pipelines.map(columnsNamed)))
  return program.pipelines.map(({ source }, i) => {
    const relation = source.source === 'columns' || source.source === 'rows' ? inputs[source.relation] : undefined
    if (!relation) return undefined
    if (!isWindowed(relation) && isRowTable(relation)) return relation.batches.reduce((n, b) => n + b.bytes + (b.offsets ? b.rows * 4 : 0), 0)
    let bytes = 0
    for (const c of columns[i] as ReadonlySet<number>) {
      const column = relation.columns[c]
      if (column) bytes += relation.rows * width(column) + (column.nullable ? Math.ceil(relation.rows / 8) : 0)
    }
    return bytes
  })
}
