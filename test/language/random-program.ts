/**
 * Well-typed kernels at random, by a seed, with inputs: every construct of the language in proportions that make programs worth
 * rewriting (loops over what loops make, filters, maps, zips, staging points, nested loops) and that mostly end without an error;
 * one in four is rough and may raise in many places.
 */
import * as build from '../../src/language/build.ts'
import { BOOL, binary, field, I64, lambda, letIn, literal, merge, name, newBuilder, optionOf, result, scalar, struct, structOf, vecOf } from '../../src/language/build.ts'
import type { BinaryOp, Expr, Iter, Iteration, Kernel, Type, UnaryOp } from '../../src/language/nodes.ts'
import { isFloat, rangeOf, widthOf } from './evaluate-scalars.ts'
import type { Plain } from './evaluate-values.ts'
import { element, isNumber, isScalar, isTime, key, keyType, opsFor, Random, randomScalar, randomValue, resultType, SCALARS, scalarType } from './random-input.ts'

export interface RandomProgram {
  readonly kernel: Kernel
  readonly inputs: readonly Plain[]
}
export const randomProgram = (seed: number): RandomProgram => {
  const random = new Random(Math.imul(seed, 2654435761))
  const made = new Maker(random, seed % 4 === 0)
  const params = Array.from({ length: 1 + random.below(3) }, () => ({ name: made.id('v'), type: random.chance(0.85) ? vecOf(element(random)) : scalarType(random) }))
  const scope: Scope = params
  const body = seed % 8 === 4 ? made.chain(scope) : made.expr(resultType(random), scope, 6)
  return { kernel: lambda(params, body), inputs: params.map((p) => randomValue(p.type, random)) }
}

type Choice = readonly [weight: number, make: () => Expr]
type Scope = readonly { readonly name: string; readonly type: Type }[]
const some = (choice: Choice): readonly Choice[] => [choice]

class Maker {
  readonly #random: Random
  /** How much more often something may raise than in other programs. */
  readonly #rough: number
  #names = 0
  constructor(random: Random, rough: boolean) {
    this.#random = random
    this.#rough = rough ? 8 : 1
  }
  id(stem: string): string {
    return `${stem}${this.#names++}`
  }

  /** Names and fields of names that have the type. */
  #named(type: Type, scope: Scope): readonly Expr[] {
    const k = key(type)
    return scope.flatMap(({ name: id, type: t }) => {
      const whole = name(id, t)
      const found: Expr[] = key(t) === k ? [whole] : []
      if (t.kind === 'struct') t.fields.forEach((f, i) => key(f) === k && found.push(field(whole, i)))
      return found
    })
  }
  #vecs(scope: Scope): readonly Expr[] {
    return scope.flatMap(({ name: id, type }) => (type.kind === 'vec' ? [name(id, type)] : []))
  }

  leaf(type: Type, scope: Scope): Expr {
    const r = this.#random
    const named = this.#named(type, scope)
    if (named.length > 0 && r.chance(0.8)) return r.pick(named.slice(-6))
    switch (type.kind) {
      case 'option':
        return r.chance(0.3) ? { expr: 'none', type, at: build.NOWHERE } : { expr: 'some', type, at: build.NOWHERE, value: this.leaf(type.of, scope) }
      case 'struct':
        return struct(type.fields.map((f) => this.leaf(f, scope)))
      case 'vec':
        return named[0] ?? { expr: 'vec', type, at: build.NOWHERE, items: Array.from({ length: 1 + r.below(3) }, () => this.leaf(type.of, scope)) }
      case 'dict': {
        if (type.value.kind === 'vec') return result(newBuilder({ kind: 'groupmerger', key: type.key, value: type.value.of }))
        return result(newBuilder({ kind: 'dictmerger', key: type.key, value: type.value, op: 'any' }))
      }
      default:
        return literal(type, isTime(type) ? BigInt(r.below(5)) : randomScalar(type, r))
    }
  }

  expr(type: Type, scope: Scope, depth: number): Expr {
    const r = this.#random
    if (depth <= 0) return this.leaf(type, scope)
    const d = depth - 1
    const general: readonly Choice[] = [
      [2, () => this.leaf(type, scope)],
      [3, () => this.#let(type, scope, d)],
      [1, () => build.ifThen(this.expr(BOOL, scope, d), this.expr(type, scope, d), this.expr(type, scope, d))],
      [0.7, () => this.#apply(type, scope, d)],
      [0.25 * this.#rough, () => ({ expr: 'assert', type, at: build.NOWHERE, cond: r.chance(0.5) ? literal(BOOL, true) : binary('||', this.expr(BOOL, scope, d), literal(BOOL, r.chance(1 - 0.1 * this.#rough)), BOOL), value: this.expr(type, scope, d) })],
      ...(this.#rough > 1 ? some([2, () => this.#failing(type, scope, d)]) : []),
      [0.6, () => this.#iterate(type, scope, d)],
      [0.8, () => this.#fieldOf(type, scope, d)],
      ...(type.kind === 'scalar' || type.kind === 'struct' || type.kind === 'option' ? some([0.6, () => ({ expr: 'select', type, at: build.NOWHERE, cond: this.expr(BOOL, scope, d), then: this.expr(type, scope, d), else: this.expr(type, scope, d) })]) : []),
    ]
    return r.weighted<() => Expr>([...general, ...this.#special(type, scope, d)])()
  }

  #let(type: Type, scope: Scope, d: number): Expr {
    const r = this.#random
    const t = r.weighted<() => Type>([[3, () => scalarType(this.#random)], [3, () => vecOf(element(this.#random))], [1, () => element(this.#random)], [1, () => ({ kind: 'dict', key: keyType(this.#random), value: scalarType(this.#random) })], [1, () => structOf([scalarType(this.#random), scalarType(this.#random)])]])()
    const id = this.id('x')
    const value = this.expr(t, scope, d)
    return letIn(id, value, this.expr(type, [...scope, { name: id, type: t }], d))
  }
  /** What raises, for certain or for some rows, one of all errors. */
  #failing(type: Type, scope: Scope, d: number): Expr {
    const r = this.#random
    const raised = (t: Type): Expr => {
      if (r.chance(0.3)) return { expr: 'assert', type: t, at: build.NOWHERE, cond: literal(BOOL, false), value: this.leaf(t, scope) }
      return binary(r.pick(['/', '%'] as const), this.leaf(t, scope), literal(t, 0n))
    }
    const over = (t: Type): Expr => binary('+!', literal(t, rangeOf(t)[1]), literal(t, 1n))
    const small = widthOf(type) && type.kind === 'scalar' && !isTime(type)
    const id = this.id('x')
    const fails = small ? (r.chance(0.4) ? over(type) : raised(type)) : letIn(id, r.chance(0.4) ? over(I64) : raised(I64), this.leaf(type, scope))
    return r.chance(0.15) ? fails : build.ifThen(this.expr(BOOL, scope, d - 1), this.expr(type, scope, d), fails)
  }
  #iterate(type: Type, scope: Scope, d: number): Expr {
    if (!isScalar(type)) return this.leaf(type, scope)
    const state = structOf([I64, type])
    const s = this.id('s')
    const at = name(s, state)
    const next = struct([binary('+', field(at, 0), literal(I64, 1n)), this.expr(type, [...scope, { name: s, type: state }], d - 1)])
    const again = binary('<', field(at, 0), literal(I64, BigInt(this.#random.below(4))), BOOL)
    const step = lambda([{ name: s, type: state }], struct([next, again]))
    return field({ expr: 'iterate', type: state, at: build.NOWHERE, initial: struct([literal(I64, 0n), this.expr(type, scope, d)]), step }, 1)
  }
  #apply(type: Type, scope: Scope, d: number): Expr {
    const r = this.#random
    const types = Array.from({ length: 1 + r.below(2) }, () => (r.chance(0.3) ? vecOf(element(this.#random)) : scalarType(this.#random)))
    const params = types.map((t) => ({ name: this.id('p'), type: t }))
    const fn = lambda(params, this.expr(type, [...scope, ...params], d))
    const call = (f: Expr): Expr => ({ expr: 'apply', type, at: build.NOWHERE, fn: f, args: types.map((t) => this.expr(t, scope, d - 1)) })
    if (r.chance(0.5)) return call(fn)
    const id = this.id('fn')
    const f = name(id, fn.type)
    return letIn(id, fn, r.chance(0.5) ? call(f) : build.ifThen(this.expr(BOOL, scope, d - 1), call(f), call(f)))
  }
  #fieldOf(type: Type, scope: Scope, d: number): Expr {
    const r = this.#random
    const at = r.below(2)
    if (r.chance(0.15)) {
      const b = this.id('b')
      const builder = newBuilder({ kind: 'merger', of: I64, op: 'max' })
      return letIn(b, this.#rounds(builder, scope, d), field(struct([this.expr(type, scope, d), result(name(b, builder.type))]), 0))
    }
    const other = scalarType(this.#random)
    const whole = (): Expr => struct(at === 0 ? [this.expr(type, scope, d), this.expr(other, scope, d - 1)] : [this.expr(other, scope, d - 1), this.expr(type, scope, d)])
    const made = whole()
    return field(r.chance(0.5) ? made : build.ifThen(this.expr(BOOL, scope, d - 1), made, whole()), at)
  }

  #special(type: Type, scope: Scope, d: number): readonly Choice[] {
    switch (type.kind) {
      case 'vec':
        return this.#ofVec(type.of, type, scope, d)
      case 'dict':
        return [[12, () => this.#dict(type, scope, d)]]
      case 'option':
        return [
          [3, () => ({ expr: 'some', type, at: build.NOWHERE, value: this.expr(type.of, scope, d) })],
          [1, () => ({ expr: 'none', type, at: build.NOWHERE })],
          ...this.#mergers(type, scope, d),
        ]
      case 'struct':
        return [[6, () => struct(type.fields.map((f) => this.expr(f, scope, d)))], ...this.#optlookup(type, scope, d), ...(type.fields.every((f) => isNumber(f) && !isTime(f)) ? this.#mergers(type, scope, d) : [])]
      case 'dec128':
        return [[4, () => binary(this.#random.pick(['+', '-', 'min', 'max', '+!'] as const), this.expr(type, scope, d), this.expr(type, scope, d))], ...this.#mergers(type, scope, d)]
      case 'scalar':
        return [...this.#ofScalar(type, scope, d), ...this.#mergers(type, scope, d), ...this.#looked(type, scope, d)]
      default:
        return []
    }
  }

  #ofScalar(type: Type & { kind: 'scalar' }, scope: Scope, d: number): readonly Choice[] {
    const r = this.#random
    const at = build.NOWHERE
    const guarded = (): Expr => {
      const id = this.id('o')
      const o = name(id, optionOf(type))
      return letIn(id, this.expr(optionOf(type), scope, d), build.ifThen({ expr: 'isnull', type: BOOL, at, value: o }, this.leaf(type, scope), { expr: 'value', type, at, value: o }))
    }
    const all: Choice[] = [[1, guarded]]
    const un = (ops: readonly UnaryOp[]): Expr => ({ expr: 'unary', type, at, op: r.pick(ops), value: this.expr(type, scope, d) })
    const bin = (ops: readonly BinaryOp[]): Expr => binary(r.pick(ops), this.expr(type, scope, d), this.expr(type, scope, d))
    const cast = (): Expr => {
      const numbers = SCALARS.filter((s) => s !== 'str' && s !== 'date' && s !== 'timestamp').map(scalar)
      return { expr: 'cast', type, at, value: this.expr(r.pick(numbers), scope, d) }
    }
    if (type.scalar === 'bool') {
      all.push([3, () => un(['not'])], [3, () => bin(['&&', '||'])], [1, () => bin(['==', '!='])])
      all.push([4, () => {
        const t = scalarType(this.#random)
        return binary(r.pick(['==', '!=', '<', '<=', '>', '>='] as const), this.expr(t, scope, d), this.expr(t, scope, d), BOOL)
      }])
      all.push([1, () => ({ expr: 'isnull', type, at, value: this.expr(optionOf(scalarType(this.#random)), scope, d) })])
      all.push([1, () => {
        const k = keyType(this.#random)
        return { expr: 'keyexists', type, at, of: this.expr({ kind: 'dict', key: k, value: scalarType(this.#random) }, scope, d), key: this.expr(k, scope, d) }
      }])
    } else if (isTime(type)) all.push([2, () => bin(['min', 'max'])], [2, cast])
    else if (isFloat(type)) {
      all.push([5, () => bin(['+', '-', '*', '/', '%', 'min', 'max', 'pow'])], [2, cast])
      all.push([2, () => un(['neg', 'abs', 'exp', 'log', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'])])
    } else if (isNumber(type)) {
      all.push([5, () => bin(['+', '-', '*', 'min', 'max', '&', '|', '^'])], ...(widthOf(type)?.[0] ? some([1, () => un(['neg', 'abs'])]) : []), [2, cast])
      all.push([0.4 * this.#rough, () => bin(['+!', '-!', '*!'])], [0.15 * this.#rough, () => bin(['/', '%'])], [1.5, () => binary(r.pick(['/', '%'] as const), this.expr(type, scope, d), literal(type, BigInt(1 + r.below(9))))])
      all.push([0.7, () => bin(['<<', '>>'])])
    } else all.push([2, () => bin(['min', 'max'])])
    if (type.scalar === 'i64') all.push([1.5, () => ({ expr: 'len', type, at, of: this.expr(r.chance(0.7) ? vecOf(element(this.#random)) : r.chance(0.5) ? scalar('str') : { kind: 'dict', key: keyType(this.#random), value: scalarType(this.#random) }, scope, d) })])
    if (type.scalar === 'i32') all.push([0.5, () => ({ expr: 'call', type, at, fn: 'str_length', args: [this.expr(scalar('str'), scope, d)] })])
    return all
  }

  #looked(type: Type, scope: Scope, d: number): readonly Choice[] {
    const at = build.NOWHERE
    const r = this.#random
    const same = this.#vecs(scope).filter((v) => v.type.kind === 'vec' && key(v.type.of) === key(type))
    const fromDict = (): Expr => {
      const k = keyType(this.#random)
      const dict: Type = { kind: 'dict', key: k, value: type }
      const pair = structOf([BOOL, type])
      const id = this.id('o')
      const found: Expr = { expr: 'optlookup', type: pair, at, of: this.expr(dict, scope, d), key: this.expr(k, scope, d) }
      return letIn(id, found, build.ifThen(field(name(id, pair), 0), field(name(id, pair), 1), this.leaf(type, scope)))
    }
    return [[0.7, fromDict], ...(same.length > 0 ? some([0.7 * this.#rough, () => ({ expr: 'lookup', type, at, of: r.pick(same), key: literal(I64, BigInt(r.below(3))) })]) : [])]
  }
  #optlookup(type: Type, scope: Scope, d: number): readonly Choice[] {
    const [found, value] = type.kind === 'struct' ? type.fields : []
    if (!found || !value || key(found) !== key(BOOL) || type.kind !== 'struct' || type.fields.length !== 2 || !isScalar(value)) return []
    return [[2, () => ({ expr: 'optlookup', type, at: build.NOWHERE, of: this.expr({ kind: 'dict', key: I64, value }, scope, d), key: this.leaf(I64, scope) })]]
  }

  #mergers(type: Type, scope: Scope, d: number): readonly Choice[] {
    const inner = type.kind === 'option' ? type.of : type
    const ops = opsFor(inner)
    return [[2, () => {
      const op = this.#random.pick(ops)
      const builder = newBuilder({ kind: 'merger', of: type, op }, this.#random.chance(0.3) ? this.expr(type, scope, d - 1) : undefined)
      return this.#random.chance(0.08) ? result(this.tree(builder, builder.type, scope, d)) : this.#made(builder, scope, d)
    }]]
  }

  #ofVec(of: Type, type: Type, scope: Scope, d: number): readonly Choice[] {
    const r = this.#random
    const at = build.NOWHERE
    return [
      [14, () => this.#made(newBuilder({ kind: 'appender', of }), scope, d)],
      [1, () => ({ expr: 'vec', type, at, items: Array.from({ length: 1 + r.below(3) }, () => this.expr(of, scope, d - 1)) })],
      [1, () => ({ expr: 'slice', type, at, of: this.expr(type, scope, d), start: literal(I64, BigInt(r.below(3))), size: this.leaf(I64, scope) })],
      [1, () => {
        const x = this.id('k')
        const sortKey = this.expr(r.chance(0.6) ? scalarType(this.#random) : structOf([optionOf(scalarType(this.#random)), scalarType(this.#random)]), [...scope, { name: x, type: of }], Math.min(d, 2))
        return { expr: 'sort', type, at, of: this.expr(type, scope, d), key: lambda([{ name: x, type: of }], sortKey), ...(r.chance(0.4) && { annotations: { descending: true } }) }
      }],
      [0.7, () => {
        if (!isNumber(of) || isTime(of)) return this.leaf(type, scope)
        const initial: Expr = { expr: 'vec', type, at, items: Array.from({ length: 3 }, () => this.leaf(of, scope)) }
        return this.#made(newBuilder({ kind: 'vecmerger', of, op: r.pick(['+', 'min', 'max'] as const) }, initial), scope, d)
      }],
      ...(of.kind === 'struct' && of.fields.length === 2 && of.fields.every(isScalar) ? some([2, () => ({ expr: 'tovec', type, at, of: this.expr({ kind: 'dict', key: of.fields[0] as Type, value: of.fields[1] as Type }, scope, d) })]) : []),
    ]
  }

  #dict(type: Type & { kind: 'dict' }, scope: Scope, d: number): Expr {
    if (type.value.kind === 'vec') return this.#made(newBuilder({ kind: 'groupmerger', key: type.key, value: type.value.of }), scope, d)
    const op = this.#random.pick(opsFor(type.value.kind === 'option' ? type.value.of : type.value))
    return this.#made(newBuilder({ kind: 'dictmerger', key: type.key, value: type.value, op }), scope, d)
  }

  /** What a loop into a builder gives; now and then into several builders at once, of which one's result is taken. */
  #made(builder: Expr, scope: Scope, d: number): Expr {
    const r = this.#random
    if (r.chance(0.88)) return result(this.#loop(builder, scope, d))
    const other = newBuilder(r.chance(0.5) ? { kind: 'merger', of: I64, op: '+' } : { kind: 'appender', of: scalarType(this.#random) })
    const at = r.below(2)
    const both = result(this.#rounds(struct(at === 0 ? [builder, other] : [other, builder]), scope, d))
    if (r.chance(0.5)) return field(both, at)
    const id = this.id('r')
    return letIn(id, both, field(name(id, both.type), at))
  }
  #loop(builder: Expr, scope: Scope, d: number): Expr {
    const r = this.#random
    if (r.chance(0.06)) {
      const id = this.id('b')
      return letIn(id, this.#rounds(builder, scope, d), this.tree(name(id, builder.type), builder.type, scope, d - 1))
    }
    return this.#rounds(builder, scope, d)
  }
  #rounds(builder: Expr, scope: Scope, d: number): Expr {
    const r = this.#random
    if (r.chance(0.07)) {
      const id = this.id('x')
      const of = (this.#staged(scope, d) as { iters: readonly Iter[] }).iters[0]?.of as Expr
      return letIn(id, of, this.#over({ over: 'vecs', iters: [{ of: name(id, of.type) }] }, builder, scope, d))
    }
    return this.#over(r.chance(0.08) ? this.#staged(scope, d) : this.#iteration(scope, d), builder, scope, d)
  }
  #over(iteration: Iteration, builder: Expr, scope: Scope, d: number): Expr {
    const params = [{ name: this.id('b'), type: builder.type }, { name: this.id('at'), type: I64 }, { name: this.id('n'), type: build.elementType(iteration) }] as const
    const used = this.#random.chance(0.25) ? params.slice(1) : params.slice(2)
    return build.loop(iteration, builder, lambda(params, this.tree(name(params[0].name, builder.type), builder.type, [...scope, ...used], d)))
  }
  #staged(scope: Scope, d: number): Iteration {
    const staged = newBuilder({ kind: 'staged', of: element(this.#random), limit: this.#random.pick([1, 7, 1024]) })
    return build.over(result(this.#over(this.#iteration(scope, d - 1), staged, scope, d - 1)))
  }

  #iteration(scope: Scope, d: number): Iteration {
    const r = this.#random
    const at = build.NOWHERE
    const int = (n: number): Expr => literal(I64, BigInt(n))
    const vecs = this.#vecs(scope)
    const source = (): Expr => (r.chance(0.45) && vecs.length > 0 ? r.pick(vecs) : this.expr(vecOf(element(this.#random)), scope, d))
    return r.weighted<() => Iteration>([
      [10, () => build.over(source())],
      [1.5, () => {
        const start = r.below(5) - 1
        return { over: 'range', start: int(start), end: r.chance(0.8) ? int(start + r.below(10)) : binary('&', this.expr(I64, scope, d - 1), int(7)), stride: int(1 + r.below(3)) }
      }],
      [1.5, () => {
        const of = vecs.length > 0 ? r.pick(vecs) : this.leaf(vecOf(I64), scope)
        const end: Expr = { expr: 'len', type: I64, at, of }
        return { over: 'vecs', iters: [{ of, ...(r.chance(0.7) && { start: int(r.chance(0.95) ? r.below(3) : -1) }), ...(r.chance(0.6) && { end }), ...(r.chance(0.7) && { stride: int(1 + r.below(3)) }) }] }
      }],
      [3, () => {
        const base = vecs.length > 0 ? r.pick(vecs) : this.leaf(vecOf(I64), scope)
        const strided = r.chance(0.1) ? { stride: int(2) } : {}
        const iters = Array.from({ length: 2 + r.below(2) }, (): Iter => (r.chance(0.5) ? { of: base, ...strided } : { of: this.#map(base, scope, d - 1), ...strided }))
        return { over: 'vecs', iters: r.chance(0.05) ? [...iters.slice(1), { of: source() }] : iters }
      }],
    ])()
  }
  /** A loop over a loop over a loop: what fusion is for. */
  chain(scope: Scope): Expr {
    const r = this.#random
    const start = this.#vecs(scope)
    let at: Expr = start.length > 0 ? r.pick(start) : { expr: 'vec', type: vecOf(I64), at: build.NOWHERE, items: [1n, 2n, 3n].map((x) => literal(I64, x)) }
    const names: { id: string; value: Expr }[] = []
    for (let levels = 1 + r.below(3); levels > 0; levels--) {
      at = result(this.#over(build.over(at), newBuilder({ kind: 'appender', of: element(this.#random) }), scope, 3))
      if (!r.chance(0.4)) continue
      names.push({ id: this.id('x'), value: at })
      at = name((names.at(-1) as { id: string }).id, at.type)
    }
    const last: Type = r.chance(0.5) ? { kind: 'appender', of: element(this.#random) } : { kind: 'merger', of: r.pick([I64, scalar('f64')]), op: r.pick(['+', 'max']) }
    const initial = last.kind === 'merger' && r.chance(0.3) ? this.expr(last.of, scope, 2) : undefined
    const whole = result(this.#over(build.over(at), newBuilder(last, initial), scope, 3))
    return names.reduceRight<Expr>((inner, { id, value }) => letIn(id, value, inner), whole)
  }
  #map(of: Expr, scope: Scope, d: number): Expr {
    const made = element(this.#random)
    const builder = newBuilder({ kind: 'appender', of: made })
    const iteration = build.over(of)
    const params = [{ name: this.id('b'), type: builder.type }, { name: this.id('at'), type: I64 }, { name: this.id('n'), type: build.elementType(iteration) }] as const
    return result(build.loop(iteration, builder, lambda(params, merge(name(params[0].name, builder.type), this.expr(made, [...scope, params[2]], Math.min(d, 2))))))
  }

  /** What is done to a builder: merges, filters, names, inner loops. */
  tree(builder: Expr, type: Type, scope: Scope, depth: number): Expr {
    const r = this.#random
    if (type.kind === 'struct') {
      const parts = (): Expr => struct(type.fields.map((t, i) => this.tree(field(builder, i), t, scope, depth - 1)))
      return r.chance(0.2) && builder.expr === 'name' ? build.ifThen(this.expr(BOOL, scope, depth - 2), parts(), builder) : parts()
    }
    const d = depth - 2
    const one = (b: Expr): Expr => merge(b, this.#merged(type, scope, d))
    if (depth <= 1 || builder.expr !== 'name') return one(builder)
    return r.weighted<() => Expr>([
      [9, () => one(builder)],
      [4, () => build.ifThen(this.expr(BOOL, scope, d), this.tree(builder, type, scope, depth - 1), r.chance(0.7) ? builder : this.tree(builder, type, scope, depth - 1))],
      [2, () => {
        const id = this.id('x')
        const t = element(this.#random)
        return letIn(id, this.expr(t, scope, d), this.tree(builder, type, [...scope, { name: id, type: t }], depth - 1))
      }],
      [0.7, () => one(this.tree(builder, type, scope, depth - 1))],
      [1, () => this.#over(this.#iteration(scope, d), builder, scope, d)],
      [0.6, () => {
        const id = this.id('b')
        return letIn(id, this.tree(builder, type, scope, depth - 1), this.tree(name(id, type), type, scope, depth - 1))
      }],
      [0.2, () => builder],
    ])()
  }
  #merged(type: Type, scope: Scope, d: number): Expr {
    switch (type.kind) {
      case 'appender':
      case 'staged':
      case 'merger':
        return this.expr(type.of, scope, d)
      case 'dictmerger':
      case 'groupmerger':
        return struct([this.expr(type.key, scope, d), this.expr(type.value, scope, d)])
      case 'vecmerger':
        return struct([this.#random.chance(0.97) ? binary('&', this.expr(I64, scope, d), literal(I64, 1n)) : this.expr(I64, scope, d), this.expr(type.of, scope, d)])
      default:
        throw new Error(`no builder: ${type.kind}`)
    }
  }
}
