/**
 * Expressions over one dictionary column are evaluated once a distinct string and remembered by code, when a row first
 * needs them. Text results make a dictionary of their own, so that codes go on as codes.
 */
import type { Expr } from '../plan/nodes.ts'
import { Dict } from './dict.ts'
import { type Rep, type Shape, shapeIn, type Val } from './shape.ts'
import { Writer } from './writer.ts'

/** The only column of an expression that is worth remembering, or undefined. User-defined functions may be volatile. */
export const memoizable = (expr: Expr): number | undefined => {
  let index: number | undefined
  const visit = (e: Expr): boolean => {
    switch (e.expr) {
      case 'column':
        if (index !== undefined && index !== e.index) return false
        index = e.index
        return true
      case 'literal':
        return true
      case 'cast':
        return visit(e.arg)
      case 'call':
        return e.args.every(visit)
      case 'case':
        return e.when.every((branch) => visit(branch.if) && visit(branch.then)) && visit(e.else)
      default:
        return false
    }
  }
  return expr.expr !== 'column' && visit(expr) ? index : undefined
}

type Compute = (text: string, nul: boolean) => readonly [value: unknown, isNull: boolean]

/** 0 unknown, 1 a value, 2 NULL. */
class Memo {
  readonly state: Uint8Array
  readonly values: Float64Array | Int32Array | Uint8Array | unknown[]
  readonly dict: Dict | undefined
  private readonly codes = new Map<string, number>()
  private readonly source: Dict
  private readonly compute: Compute

  constructor(source: Dict, compute: Compute, { type, rep }: Shape) {
    const size = source.size + 1
    this.source = source
    this.compute = compute
    this.state = new Uint8Array(size)
    // Bytes are strings here, too, but no dictionary's: its entries are written as text.
    this.dict = type.kind === 'string' ? new Dict(size) : undefined
    this.values = remembered(rep, size, this.dict !== undefined)
  }

  fill(code: number): void {
    const isNull = code === this.source.size
    const [value, nul] = this.compute(isNull ? '' : this.source.at(code), isNull)
    this.state[code] = nul ? 2 : 1
    if (!nul) (this.values as unknown[])[code] = this.dict === undefined ? value : this.intern(value as string, this.dict)
  }

  private intern(text: string, dict: Dict): number {
    let code = this.codes.get(text)
    if (code === undefined) {
      code = this.codes.size
      this.codes.set(text, code)
      dict.set(code, text)
    }
    return code
  }
}

const remembered = (rep: Rep, size: number, coded: boolean): Memo['values'] => {
  if (coded) return new Int32Array(size)
  if (rep === 'number') return new Float64Array(size)
  if (rep === 'boolean') return new Uint8Array(size)
  return rep === 'bigint' ? new Array<bigint>(size).fill(0n) : new Array<string>(size).fill('')
}

/** The value of an expression over a dictionary column; `emit` writes it for one plain string. */
export const byCode = (w: Writer, column: Val, emit: (w: Writer, value: Val) => Val): Val => {
  const inner = new Writer(w.sites)
  const result = emit(inner, { type: column.type, rep: 'string', code: 'x', nul: column.nul === '' ? '' : 'n' })
  const text = result.rep === 'code' ? `${inner.capture(result.dict)}.at(${result.code})` : result.code
  const compute = inner.buildFunction(['x', 'n'], `[${text}, ${result.nul === '' ? 'false' : result.nul}]`) as Compute
  const memo = new Memo(column.dict!, compute, result)
  const index = column.nul === '' ? column.code : w.name(`${column.nul} ? ${column.dict!.size} : ${column.code}`)
  const state = w.capture(memo.state)
  const values = w.capture(memo.values)
  w.line(`if (${state}[${index}] === 0) ${w.capture(memo)}.fill(${index})`)
  const nul = result.nul === '' ? '' : w.name(`${state}[${index}] === 2`)
  const shape: Shape = memo.dict === undefined ? shapeIn(result) : { type: result.type, rep: 'code', dict: memo.dict }
  return { ...shape, code: w.name(`${values}[${index}]${shape.rep === 'boolean' ? ' !== 0' : ''}`), nul }
}
