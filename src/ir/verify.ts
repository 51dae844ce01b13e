/**
 * The verifier: types of every node, names and rows in scope, fields in range, parameters, what merges pass to builders, what
 * probes pass to joins, memo tables. Code generation assumes all of it and checks nothing.
 */
import type { Ir, IrType } from './nodes.ts'
import type { Program } from './program.ts'
import { verifyIr } from './verify/expression.ts'
import { verifyPipeline } from './verify/pipeline.ts'
import { Scope, type Surroundings } from './verify/scope.ts'

/** Throws IrError, naming the pipeline and the node. */
export const verifyProgram = (program: Program, around: Surroundings = {}): void => {
  program.pipelines.forEach((_, index) => verifyPipeline(new Scope(around, `pipeline ${index}`), program, index))
}

/** `rows`: types of the fields of each row in scope. */
export const verifyExpression = (e: Ir, rows: ReadonlyMap<string, readonly IrType[]>, around: Surroundings = {}): void => verifyIr(new Scope(around, 'expression', rows), e)
