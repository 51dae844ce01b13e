/** The relational operators that have a native form, by the name plans use. */
import type { CutNode } from '../../plan/stages.ts'
import type { OperatorDef } from '../stage.ts'
import { aggregate } from './aggregate.ts'
import { exchange } from './exchange.ts'
import { filter } from './filter.ts'
import { join } from './join.ts'
import { limit } from './limit.ts'
import { project } from './project.ts'
import { input, scan, values } from './scan.ts'
import { setop } from './setop.ts'
import { sort, topn } from './sort.ts'
import { expand, union } from './union.ts'
import { unnest } from './unnest.ts'
import { window } from './window.ts'

export const OPERATORS = { scan, input, values, filter, project, aggregate, join, sort, topn, limit, window, exchange, union, setop, expand, unnest } as const satisfies {
  [Op in CutNode['op']]: OperatorDef<Extract<CutNode, { op: Op }>>
}
