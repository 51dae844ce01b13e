/** The public names of arcweld: SQL over tables. Plans without SQL: `arcweld/backend`. */
export { Engine, type EngineOptions, type Explanation, type RegisterOptions, type SqlOptions } from './engine.ts'
export * from './errors.ts'
export type { NativeMode } from './execute/query.ts'
export type { MemoryUse } from './options.ts'
export type { UdfSignature, UdfSource } from './execute/udfs.ts'
export type * from './plan/nodes.ts'
export type { ExplainReport, StageReport } from './report/explain.ts'
export { Batch, type ColumnSchema, type Metrics, Result } from './result.ts'
