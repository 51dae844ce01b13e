/** The optimiser: equal aggregate states are merged, and each pipeline's expressions into a graph in normal form, and out again with names where they pay. */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, LEFT_STATE, type Pipeline, type Program, RIGHT_STATE, type Selectivity } from '../ir/program.ts'
import { optimiseBody } from './body.ts'
import { markCounted } from './counted.ts'
import { generalForm, ofForms } from '../ir/null-free.ts'
import { Graph, type RowRanges } from './graph.ts'
import { assumeNoNulls } from './null-free.ts'
import { sourceRanges } from './ranges.ts'
import type { Rule } from './rule.ts'
import { RULES, SCALAR_RULES } from './rules/index.ts'
import { Scheduler, TooLarge } from './schedule.ts'
import { mergeStates } from './states.ts'
import { vectorise } from './vectorise.ts'

export type RuleSet = ReadonlyMap<Ir['ir'], readonly Rule[]>
export const ruleSet = (rules: readonly Rule[]): RuleSet => {
  const byKind = new Map<Ir['ir'], Rule[]>()
  for (const rule of rules) byKind.set(rule.on, [...(byKind.get(rule.on) ?? []), rule])
  return byKind
}
const ALL = ruleSet(RULES)
const SCALAR = ruleSet(SCALAR_RULES)

export interface OptimiseOptions {
  /** false: nothing is vectorised, the same program as scalar code. */
  readonly lanes?: boolean
  /** Sinks whose fields are read by number from outside of the program. */
  readonly fixed?: ReadonlySet<number>
  /** Of which relations, by number, pipelines get a body for stretches of rows without NULLs, too; absent: of all. */
  readonly nullFree?: (relation: number) => boolean
}

export const optimise = (program: Program, rules: RuleSet = ALL, { lanes = true, fixed, nullFree = () => true }: OptimiseOptions = {}): Program => {
  const given: Program = program.pipelines.some((p) => p.nullFree) ? { pipelines: program.pipelines.map(generalForm) } : program
  const done: Program = markCounted({
    pipelines: mergeStates(given, fixed).pipelines.map((p) => {
      const apart = (p.source.source === 'columns' || p.source.source === 'rows') && nullFree(p.source.relation) ? assumeNoNulls(p) : undefined
      return ofForms(optimisePipeline(p, rules) ?? p, apart && optimisePipeline(apart, rules))
    }),
  })
  return lanes ? vectorise(done, new Set(given.pipelines.flatMap((p, i) => (shareOf(p.body) < FEW ? [i] : [])))) : done
}

const SHARES: Record<Selectivity, number> = { rare: 0.02, few: 0.15, half: 0.5, most: 0.95 }
const FEW = 0.3
/** Which share of the rows is expected to pass the leading filters. */
const shareOf = (body: Body): number =>
  body.body === 'if' ? (body.selectivity ? SHARES[body.selectivity] : 1) * shareOf(body.next) : body.body === 'let' ? shareOf(body.next) : 1

/** An expression over rows and names that are in scope; `rows`: what is known of the rows' fields. */
export const optimiseExpression = (e: Ir, scope: readonly string[], rules: RuleSet = ALL, rows?: RowRanges): Ir => {
  try {
    const graph = new Graph(rules, rows)
    return new Scheduler(graph, scope).expression(graph.add(e))
  } catch (error) {
    if (error instanceof TooLarge) return e
    throw error
  }
}

/** Undefined where it has more branches than is worth looking into: as it came it is right, too. */
const optimisePipeline = (pipeline: Pipeline, given: RuleSet): Pipeline | undefined => {
  const rules = given === ALL && (pipeline.builder.builder === 'dictmerger' || pipeline.builder.builder === 'vecmerger') ? SCALAR : given
  try {
    const body = optimiseBody(pipeline.body, { rules, builder: pipeline.builder, row: pipeline.row, ranges: new Map([[pipeline.row, sourceRanges(pipeline)]]) })
    return { ...pipeline, builder: optimiseBuilder(pipeline.builder, rules), body }
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}

const optimiseBuilder = (builder: Builder, rules: RuleSet): Builder => {
  if (builder.builder !== 'merger' && builder.builder !== 'dictmerger' && builder.builder !== 'vecmerger') return builder
  return { ...builder, combine: builder.combine.map((e) => optimiseExpression(e, [LEFT_STATE, RIGHT_STATE], rules)) }
}
