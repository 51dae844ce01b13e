/** Relations in the other layout, by a stage that does nothing else: the interpreter's inputs and results, which are columns. */
import { lowerStage, type StageInput } from '../compile.ts'
import type { Relation } from '../layout/relation.ts'
import { isRowTable, type StageRelation } from '../layout/row-table.ts'
import { typeName } from '../layout/types.ts'
import type { Stage } from '../plan/stages.ts'
import { type NativeOptions, runNative } from './native-stage.ts'

/** The relation itself where it has that layout. */
export const converted = async (relation: StageRelation, to: 'row' | undefined, options: NativeOptions): Promise<StageRelation> => {
  if (isRowTable(relation) === (to === 'row')) return relation
  const root: Stage['root'] = { op: 'input', stage: 0, columns: relation.columns.map(({ name, type }) => ({ name, type: typeName(type) })) }
  const layout = isRowTable(relation) ? { fields: relation.fields, positions: relation.positions } : undefined
  const input: StageInput = { node: root, columns: relation.columns, rows: relation.rows, layout }
  const { lowered } = lowerStage({ id: options.stage, root, inputs: [0] } as unknown as Stage, [input], undefined, options.cache.programs, to) as Extract<ReturnType<typeof lowerStage>, { lowered: unknown }>
  const made = (await runNative(lowered, [relation], options)).relation
  // Values are what they were: so is what is known of them.
  return isRowTable(made) ? made : ({ ...made, columns: made.columns.map((c, i) => ({ ...c, range: relation.columns[i]?.range })) } satisfies Relation)
}
