/**
 * Every error arcweld throws, in one place. A code is stable across releases; a message is not.
 * docs/ERRORS.md is generated from `ERROR_CODES`.
 */

/** What each code means; the sentence is printed in docs/ERRORS.md. */
export const ERROR_CODES = {
  INVALID_OPTION: 'An option, argument or flag has a value outside its documented range.',
  SQL_SYNTAX: 'The SQL text cannot be parsed; `position` is the offset of the token in characters.',
  SQL_BINDING: 'The SQL text parses but does not type-check or bind.',
  UNKNOWN_TABLE: 'The query names a table that is not registered.',
  UNKNOWN_COLUMN: 'The query names a column that no table in scope has.',
  UNKNOWN_FUNCTION: 'The query calls a function that neither the planner nor a registered UDF has.',
  UNSUPPORTED_STATEMENT: 'The statement is not a query, or it reaches files or extensions by itself.',
  UNSUPPORTED_PLAN: 'The plan holds a node that neither native code nor the interpreter runs.',
  UNSUPPORTED_TYPE: 'A column or expression has a type that arcweld does not know.',
  UNSUPPORTED_FUNCTION: 'The plan calls a function that the registry does not hold.',
  INVALID_PLAN: 'A plan document is malformed: `position` names the place as a JSON path.',
  PLAN_VERSION: 'A plan document has a version this release does not read.',
  PLANNER_MISSING: 'SQL was asked for, and the optional peer `@duckdb/node-api` is not installed.',
  PLANNER_VERSION: 'The installed planner is of a version whose plan format is not known.',
  PLANNER_FAILED: 'The planner raised an error that fits no other code.',
  FILE_NOT_FOUND: 'A registered path does not exist.',
  FILE_UNREADABLE: 'A registered path exists and cannot be read.',
  FILE_CORRUPT: 'A file is empty, truncated or damaged.',
  FILE_FORMAT: 'A file or value is of a format that no source reads.',
  MALFORMED_ROW: 'A row of a text file cannot be read: too many or too few cells, a quote that is not closed; `line` and `column` say where.',
  INVALID_JSON: 'A file of JSON holds what is no JSON, or not as its format has it; `line` and `column` say where.',
  INVALID_UTF8: 'A text file holds bytes that are not of its encoding; `line` says where.',
  FILE_CHANGED: 'A file changed (size or modification time) since it was registered.',
  NATIVE_ONLY: "A stage would fall back, and `native: 'only'` forbids it.",
  OVERFLOW: 'A value does not fit the result type of an operation.',
  DIVIDE_BY_ZERO: 'A division or remainder by zero, where the plan asks for an error.',
  CAST_FAILED: 'A value cannot be converted to the type asked for.',
  RAISED: 'The query itself raised an error by error().',
  UDF_FAILED: 'A user-defined function threw, or returned a value of another type than declared.',
  MEMORY_EXCEEDED: 'A query or table needs more memory than `memory` allows.',
  WORKER_DIED: 'A worker thread ended while it ran a query; only that query is lost.',
  KERNEL_TRAP: 'A kernel trapped. This is a bug in arcweld; only that query is lost.',
  RESULT_CONSUMED: 'A result was read a second time.',
  STATEMENT_CLOSED: 'A prepared statement was used after close().',
  ENGINE_CLOSED: 'The engine or backend was used after close().',
  IR_SYNTAX: 'The text of a kernel or program cannot be parsed; `line` and `column` say where, from 1.',
  IR_TYPE: 'The text of a kernel parses but does not check: types, scope, or a builder that is not used exactly once.',
  BUNDLE_VERSION: 'A captured bundle was written by another version of the format, or of the code whose state it holds.',
  INVALID_IR: 'An IR program does not verify.',
  UNSUPPORTED_KERNEL: 'A kernel is right and holds something that has no form in pipelines; `line` and `column` say where.',
  INVALID_INPUT: "A kernel's input is not of its parameter's type; the message names the input, the row and the field.",
  GENERATOR_MISSING: "A benchmark's data was asked for, and its generator, an npm package, cannot be installed or run.",
  DISASSEMBLER_MISSING: 'WAT was asked for, and the optional peer `wabt` is not installed.',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof ERROR_CODES

export interface ErrorDetails {
  hint?: string | undefined
  cause?: unknown
}

/** The base of all errors; `code` is what programs match on. */
export class ArcweldError extends Error {
  override readonly name: string = 'ArcweldError'
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
  }
}

/** A bad option or argument. */
export class OptionError extends ArcweldError {
  override readonly name = 'OptionError'
}

/** Found while planning; `position` is a character offset in SQL, a JSON path in a plan document. */
export class PlanError extends ArcweldError {
  override readonly name = 'PlanError'
  readonly position: number | string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { position?: number | string | undefined } = {}) {
    super(code, message, details)
    this.position = details.position
  }
}

/** A file, stream or table value that cannot be read. */
export class SourceError extends ArcweldError {
  override readonly name = 'SourceError'
  readonly path: string | undefined
  readonly byteOffset: number | undefined
  /** Of text files, from 1; the column is that of a table: the number of the cell. */
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { path?: string | undefined; byteOffset?: number | undefined; line?: number | undefined; column?: number | undefined } = {}) {
    super(code, message, details)
    this.path = details.path
    this.byteOffset = details.byteOffset
    this.line = details.line
    this.column = details.column
  }
}

/** Why native code (or arcweld at all) cannot run a node. A value: it is passed about, printed, and only at the door thrown. */
export interface Refusal {
  readonly code: RefusalCode
  /** What was refused: an operator, function or type name. */
  readonly node: string
  readonly reason: string
}

/** Reasons for a fallback; stable, printed by explain. */
export const REFUSAL_CODES = {
  UDF: 'A JavaScript function runs only on the interpreter.',
  OPERATOR: 'The operator has no native form yet.',
  FUNCTION: 'The function, or this combination of argument types, has no native form yet.',
  TYPE: 'The type has no native form yet.',
  FORCED: "Native execution was switched off by `native: 'never'`.",
  COST: 'A kernel is not worth making: the stage would only copy few rows that the interpreter has written.',
} as const satisfies Record<string, string>
export type RefusalCode = keyof typeof REFUSAL_CODES

/** A plan or stage that is refused; every refusal is listed. */
export class UnsupportedError extends ArcweldError {
  override readonly name = 'UnsupportedError'
  readonly refusals: readonly Refusal[]

  constructor(code: ErrorCode, message: string, refusals: readonly Refusal[], details: ErrorDetails = {}) {
    super(code, message, details)
    this.refusals = refusals
  }
}

/** Raised while a query runs; `stage` and `node` say where. */
export class ExecutionError extends ArcweldError {
  override readonly name = 'ExecutionError'
  readonly stage: number | undefined
  readonly node: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { stage?: number | undefined; node?: string | undefined } = {}) {
    super(code, message, details)
    this.stage = details.stage
    this.node = details.node
  }
}

/** A kernel's text or an IR program that does not parse, check or verify; `line` and `column` from 1. */
export class IrError extends ArcweldError {
  override readonly name = 'IrError'
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(message: string, details: ErrorDetails & { code?: ErrorCode | undefined; line?: number | undefined; column?: number | undefined } = {}) {
    super(details.code ?? 'INVALID_IR', message, details)
    this.line = details.line
    this.column = details.column
  }
}
