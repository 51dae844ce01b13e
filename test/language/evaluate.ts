/**
 * What the language means, in plain JavaScript: the witness that compiled kernels and rewritten programs are held against. It
 * shares no code with either. Inputs and results are plain values: a vec or struct is an array, a dict a `Dict`, NULL null, every
 * integer (dates, timestamps and unscaled decimals too) a bigint, floats are numbers, strings text.
 */
import type { Expr, Iteration, Kernel, Of } from '../../src/language/nodes.ts'
import { binaryOf, castOf, isFloat, Raises, type Scalar, unaryOf } from './evaluate-scalars.ts'
import { type Builder, bytesOf, compare, Dict, giveOut, newBuilder, type Plain, Staged, StagedBuilder, takeIn, zeroOf } from './evaluate-values.ts'

export { type Code, Raises } from './evaluate-scalars.ts'
export { Dict, type Plain, sameValue } from './evaluate-values.ts'

type Func = (...args: readonly Value[]) => Value
/** A struct of builders is an array of them. */
type Value = Plain | Builder | Staged | Func | readonly Value[]
interface Env {
  readonly name: string
  readonly value: Value
  readonly next: Env | undefined
}

/** Stand-ins for functions of the runtime that programs under test call. */
export type Calls = Readonly<Record<string, (...args: Plain[]) => Plain>>

/** A program that runs more rounds of loops than a test has time for. */
export class TooLong extends Error {}

export const evaluate = (kernel: Kernel, inputs: readonly Plain[], calls: Calls = {}, mostRounds = Number.POSITIVE_INFINITY): Plain => {
  const env = kernel.params.reduce<Env | undefined>((next, p, i) => ({ name: p.name, value: takeIn(p.type, inputs[i] as Plain), next }), undefined)
  const made = new Evaluator(calls, mostRounds).value(kernel.body, env)
  return giveOut(made instanceof Staged ? rowsOf(made) : (made as Plain))
}

const rowsOf = (v: Value): readonly Plain[] => {
  if (!(v instanceof Staged)) return v as readonly Plain[]
  const rows: Plain[] = []
  v.each((row) => rows.push(row))
  return rows
}

class Evaluator {
  readonly #calls: Calls
  #rounds: number
  constructor(calls: Calls, mostRounds: number) {
    this.#calls = calls
    this.#rounds = mostRounds
  }

  value(e: Expr, env: Env | undefined): Value {
    const go = (x: Expr): Value => this.value(x, env)
    const plain = (x: Expr): Plain => go(x) as Plain
    switch (e.expr) {
      case 'literal':
        if (typeof e.value === 'string') return bytesOf(e.value)
        if (typeof e.value === 'boolean') return e.value
        return isFloat(e.type) ? Number(e.value) : BigInt(e.value)
      case 'name':
        for (let at = env; at; at = at.next) if (at.name === e.name) return at.value
        throw new Error(`no name ${e.name}`)
      case 'let':
        return this.value(e.body, { name: e.name, value: go(e.value), next: env })
      case 'lambda':
        return (...args) => this.value(e.body, e.params.reduce((next, p, i) => ({ name: p.name, value: args[i] as Value, next }), env as Env))
      case 'apply': {
        const fn = go(e.fn) as Func
        return fn(...e.args.map(go))
      }
      case 'if':
        return go(e.cond) ? go(e.then) : go(e.else)
      case 'select': {
        const [cond, then, otherwise] = [go(e.cond), go(e.then), go(e.else)]
        return cond ? then : otherwise
      }
      case 'iterate': {
        const step = go(e.step) as Func
        for (let state = go(e.initial); ; ) {
          const [next, again] = step(state) as readonly [Value, boolean]
          if (!again) return next
          state = next
        }
      }
      case 'assert':
        if (!go(e.cond)) throw new Raises('RAISED')
        return go(e.value)
      case 'cast':
        return castOf(e.type, go(e.value) as Scalar)
      case 'call': {
        const fn = this.#calls[e.fn]
        if (!fn) throw new Error(`no function ${e.fn}`)
        return fn(...e.args.map(plain))
      }
      case 'unary':
        return unaryOf(e.op, e.type, go(e.value) as Scalar)
      case 'binary':
        if (e.op === '&&') return go(e.left) && go(e.right)
        if (e.op === '||') return go(e.left) || go(e.right)
        return binaryOf(e.op, e.left.type, go(e.left) as Scalar, go(e.right) as Scalar)
      case 'none':
        return null
      case 'some':
        return go(e.value)
      case 'isnull':
        return go(e.value) === null
      case 'value': {
        const x = go(e.value)
        return x === null ? zeroOf(e.type) : x
      }
      case 'struct':
        return e.fields.map(go)
      case 'vec':
        return e.items.map(go)
      case 'field':
        return (go(e.of) as readonly Value[])[e.index] as Value
      case 'len': {
        const of = go(e.of)
        return BigInt(of instanceof Dict ? of.size : typeof of === 'string' ? of.length : rowsOf(of).length)
      }
      case 'lookup': {
        const found = this.#find(plain(e.of), plain(e.key))
        if (found === undefined) throw new Raises('RAISED')
        return found
      }
      case 'optlookup': {
        const found = this.#find(plain(e.of), plain(e.key))
        const type = e.type.kind === 'struct' ? e.type.fields[1] : undefined
        return found === undefined ? [false, type ? zeroOf(type) : null] : [true, found]
      }
      case 'keyexists':
        return this.#find(plain(e.of), plain(e.key)) !== undefined
      case 'slice': {
        const [of, start, size] = [plain(e.of) as string | readonly Plain[], go(e.start) as bigint, go(e.size) as bigint]
        const clamp = (x: bigint): number => Number(x < 0n ? 0n : x > BigInt(of.length) ? BigInt(of.length) : x)
        return of.slice(clamp(start), Math.max(clamp(start), clamp(start + size)))
      }
      case 'sort': {
        const rows = rowsOf(go(e.of))
        const key = go(e.key) as Func
        const sign = e.annotations?.['descending'] ? -1 : 1
        const keyed = rows.map((row) => ({ row, key: key(row) as Plain }))
        return keyed.sort((a, b) => sign * compare(a.key, b.key)).map((k) => k.row)
      }
      case 'tovec':
        return (go(e.of) as Dict).entries().map(([key, value]) => [key, value])
      case 'for':
        return this.#loop(e, env)
      case 'merge': {
        const builder = go(e.builder)
        const value = go(e.value)
        mergeInto(builder, value)
        return builder
      }
      case 'result':
        return resultOf(go(e.builder))
      case 'newbuilder':
        return newBuilder(e.type, e.initial && rowsIfStaged(go(e.initial)))
    }
  }

  #find(of: Plain, key: Plain): Plain | undefined {
    if (of instanceof Dict) return of.get(key)
    const at = key as bigint
    const all = of as readonly Plain[]
    return at >= 0n && at < BigInt(all.length) ? all[Number(at)] : undefined
  }

  /** Vecs, then the builder, then lengths and bounds, then the rounds. */
  #loop(e: Of<'for'>, env: Env | undefined): Value {
    const run = this.#iteration(e.iteration, env)
    const builder = this.value(e.builder, env)
    const body = this.value(e.step, env) as Func
    const step: Func = (...args) => {
      if (this.#rounds-- <= 0) throw new TooLong()
      return body(...args)
    }
    if (builder instanceof StagedBuilder) {
      builder.later((row) => {
        const emit: Builder = { merge: row, result: () => rowsAreRead() }
        run((index, element) => void step(emit, index, element))
      })
      return builder
    }
    let state: Value = builder
    run((index, element) => {
      state = step(state, index, element)
    })
    return state
  }

  #iteration(iteration: Iteration, env: Env | undefined): (round: (index: bigint, element: Plain) => void) => void {
    const integer = (e: Expr | undefined, otherwise: bigint): bigint => (e ? (this.value(e, env) as bigint) : otherwise)
    if (iteration.over === 'range') {
      const [start, end, stride] = [integer(iteration.start, 0n), integer(iteration.end, 0n), integer(iteration.stride, 1n)]
      return (round) => {
        if (stride < 1n) throw new Raises('RAISED')
        let index = 0n
        for (let at = start; at < end; at += stride) round(index++, at)
      }
    }
    const iters = iteration.iters.map((i) => {
      const of = this.value(i.of, env)
      return { of, start: integer(i.start, 0n), end: i.end && integer(i.end, 0n), stride: integer(i.stride, 1n) }
    })
    const [first] = iters
    return (round) => {
      if (first?.of instanceof Staged && iters.length === 1 && first.end === undefined && first.start === 0n && first.stride === 1n) {
        let index = 0n
        first.of.each((row) => round(index++, row))
        return
      }
      const columns = iters.map(({ of, start, end, stride }) => elements(rowsOf(of), start, end, stride))
      const count = columns[0]?.length ?? 0
      if (columns.some((c) => c.length !== count)) throw new Raises('RAISED')
      for (let i = 0; i < count; i++) round(BigInt(i), columns.length === 1 ? ((columns[0] as Plain[])[i] as Plain) : columns.map((c) => c[i] as Plain))
    }
  }
}

const elements = (rows: readonly Plain[], start: bigint, end: bigint | undefined, stride: bigint): Plain[] => {
  const stop = end ?? BigInt(rows.length)
  if (start < 0n || stride < 1n || stop > BigInt(rows.length)) throw new Raises('RAISED')
  const taken: Plain[] = []
  for (let at = start; at < stop; at += stride) taken.push(rows[Number(at)] as Plain)
  return taken
}

const rowsAreRead = (): never => {
  throw new Error('a builder that a loop merges into has no result yet')
}
const rowsIfStaged = (v: Value): Plain => (v instanceof Staged ? rowsOf(v) : (v as Plain))

const isList = (v: Value): v is readonly Value[] => Array.isArray(v)
const mergeInto = (builder: Value, value: Value): void => {
  if (isList(builder)) for (const [i, b] of builder.entries()) mergeInto(b, (value as readonly Value[])[i] as Value)
  else (builder as Builder).merge(rowsIfStaged(value))
}
const resultOf = (builder: Value): Value => (isList(builder) ? builder.map(resultOf) : ((builder as Builder).result() as Value))
