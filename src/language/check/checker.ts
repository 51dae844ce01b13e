/**
 * Syntax → typed expressions. Types go from the leaves up; parameters of functions get theirs from where the function stands, and an
 * `appender` without a type from its first merge. Names become distinct, so that expressions can be moved about.
 */
import type { Expr, Of, Position, Type } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import type { Syntax, SyntaxKind, SyntaxOf } from '../text/syntax.ts'
import { isBool, isBuilder, isData, OPEN, sameType, typeText } from '../types.ts'
import { readAnnotations } from './annotations.ts'
import { newBuilder } from './builders.ts'
import { FORMS, isReserved } from './forms.ts'
import { literalValue } from './literal.ts'
import { BINARY, BOOL, UNARY } from './operators.ts'
import { type Binding, partsOf, Scope } from './scope.ts'
import { isBuilderName, readType } from './types.ts'

const article = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

export class Checker {
  readonly scope = new Scope()
  /** Which builders an expression of a builder's type gives, in order of its fields. */
  readonly #origins = new WeakMap<Expr, readonly string[]>()
  /** Results of staged builders. */
  readonly #staged = new WeakSet<Expr>()
  /** Builders that belong to loops around: they are given back, not taken the result of. */
  readonly #held = new Set<string>()

  fail(at: Position, expected: string, found: string): never {
    throw typeError(at, `expected ${expected}, found ${found}`)
  }

  // What an expression has to be.

  /** Data or a builder. */
  expr(s: Syntax): Expr {
    const e = this.any(s)
    if (this.#staged.has(e)) this.fail(s.at, "a loop over the staged result, or a let that names it for one", 'another use')
    if (e.type.kind === 'function') this.fail(s.at, 'data or a builder', `a function (${typeText(e.type)})`)
    return e
  }

  data(s: Syntax, what = 'data'): Expr {
    const e = this.expr(s)
    if (!isData(e.type)) this.fail(s.at, what, `a builder (${typeText(e.type)})`)
    return e
  }

  typed(s: Syntax, type: Type, what: string): Expr {
    const e = this.data(s)
    if (!sameType(e.type, type)) this.fail(s.at, `${typeText(type)} as ${what}`, typeText(e.type))
    return e
  }

  bool(s: Syntax, what: string): Expr {
    return this.typed(s, BOOL, what)
  }

  /** The arguments of a form, as many as it takes. */
  args(s: SyntaxOf<'call'>, names: readonly string[], least = names.length): readonly Syntax[] {
    const given = s.args ?? []
    if (given.length < least || given.length > names.length) {
      const count = least === names.length ? article(least, 'argument') : `${least} to ${names.length} arguments`
      this.fail(s.at, `${count} of ${s.name}${names.length ? ` (${names.join(', ')})` : ''}`, `${given.length}`)
    }
    return given
  }

  // Builders.

  originsOf(e: Expr): readonly string[] {
    return this.#origins.get(e) ?? []
  }
  withOrigins<E extends Expr>(e: E, origins: readonly string[]): E {
    this.#origins.set(e, origins)
    return e
  }
  isHeld(origin: string): boolean {
    return this.#held.has(origin)
  }
  staged(e: Expr): Expr {
    this.#staged.add(e)
    return e
  }
  isStaged(e: Expr): boolean {
    return this.#staged.has(e)
  }

  /** Names the parameters of a function that stands in its place, and checks its body. */
  lambda(s: Syntax, types: readonly Type[], what: string, body: (s: Syntax, params: readonly Binding[]) => Expr, given: readonly (readonly string[] | undefined)[] = []): Of<'lambda'> {
    if (s.syntax !== 'lambda') this.fail(s.at, what, 'another expression')
    if (s.params.length !== types.length) this.fail(s.at, `${article(types.length, 'parameter')} of ${what}`, `${s.params.length}`)
    const params: Binding[] = []
    const bind = (i: number): Expr => {
      const p = s.params[i]
      if (!p) return body(s.body, params)
      const type = types[i]!
      const written = p.type && readType(p.type)
      if (written && !sameType(written, type)) this.fail(p.type!.at, `${typeText(type)} as the type of '${p.name}'`, typeText(written))
      return this.scope.bind(
        p.name,
        type,
        p.at,
        (binding) => {
          params.push(binding)
          return bind(i + 1)
        },
        { origins: given[i] },
      )
    }
    const checked = bind(0)
    return { expr: 'lambda', type: { kind: 'function', params: types, result: checked.type }, at: s.at, params: params.map((p) => ({ name: p.unique, type: p.type })), body: checked, ...this.#notes(s) }
  }

  /** A function that runs for each element, or until it says so: it holds the builders of its parameters, and no others. */
  step(s: Syntax, types: readonly Type[], what: string, body: (s: Syntax, params: readonly Binding[]) => Expr): Of<'lambda'> {
    return this.scope.loop(() =>
      this.lambda(s, types, what, (inner, params) => {
        const held = params.flatMap((p) => (isBuilder(p.type) ? p.origins : []))
        for (const origin of held) this.#held.add(origin)
        const checked = body(inner, params)
        for (const origin of held) this.#held.delete(origin)
        return checked
      }),
    )
  }

  #notes(s: Syntax): Pick<Expr, 'annotations'> {
    const annotations = readAnnotations(s)
    return annotations ? { annotations } : {}
  }

  /** Any expression: also functions that a let names, and results of staged builders. */
  any(s: Syntax): Expr {
    const e = (this.#read[s.syntax] as (s: Syntax) => Expr)(s)
    const notes = this.#notes(s)
    if (!notes.annotations || e.annotations) return e
    const noted = { ...e, ...notes }
    if (this.#staged.has(e)) this.#staged.add(noted)
    return this.withOrigins(noted, this.originsOf(e))
  }

  readonly #read: { [K in SyntaxKind]: (s: SyntaxOf<K>) => Expr } = {
    literal: (s) => {
      if (s.type === 'slice' || s.type === 'elements') return this.fail(s.at, 'a value of a kernel', 'a slice by its address: they belong to programs')
      return { expr: 'literal', type: { kind: 'scalar', scalar: s.type }, value: literalValue(s), at: s.at }
    },
    param: (s) => this.fail(s.at, 'a value of a kernel', `the parameter $${s.index}: parameters belong to programs`),
    name: (s) => this.#name(s),
    let: (s) => this.#let(s),
    lambda: (s) => this.fail(s.at, 'a value', 'a function: functions are applied, named by a let, or given to for, iterate and sort'),
    call: (s) => this.#call(s),
    apply: (s) => this.#apply(s),
    field: (s) => this.#field(s),
    unary: (s) => this.unary(s.op === '-' ? 'neg' : 'not', s.value, s.at),
    binary: (s) => this.binary(s.op, s.left, s.right, s.at),
    ascribe: (s) => {
      const type = readType(s.type)
      // Nothing else tells the type of an empty vec.
      if (s.value.syntax === 'vec' && s.value.items.length === 0 && type.kind === 'vec') return { expr: 'vec', type: { kind: 'vec', of: type.of }, items: [], at: s.value.at }
      const value = this.expr(s.value)
      if (!sameType(value.type, type)) this.fail(s.value.at, typeText(type), typeText(value.type))
      return value
    },
    struct: (s) => {
      if (s.items.length === 0) this.fail(s.at, 'at least one field', 'none')
      const fields = s.items.map((i) => this.expr(i))
      const type: Type = { kind: 'struct', fields: fields.map((f) => f.type) }
      if (!isData(type) && !isBuilder(type)) this.fail(s.at, 'a struct of data or of builders', typeText(type))
      if (fields.some((f) => f.type.kind === 'staged')) this.fail(s.at, 'a staged builder that stands alone', typeText(type))
      return this.withOrigins({ expr: 'struct', type, fields, at: s.at }, fields.flatMap((f) => this.originsOf(f)))
    },
    vec: (s) => {
      const items = s.items.map((i) => this.data(i))
      const first = items[0] ?? this.fail(s.at, 'at least one element, or a type ([]: vec[i64])', 'none')
      items.forEach((item, i) => {
        if (!sameType(item.type, first.type)) this.fail(s.items[i]!.at, `${typeText(first.type)} as the elements before`, typeText(item.type))
      })
      return { expr: 'vec', type: { kind: 'vec', of: first.type }, items, at: s.at }
    },
  }

  #find(name: string, at: Position): Binding {
    return this.scope.find(name) ?? this.fail(at, 'a name in scope', `'${name}'`)
  }

  #name(s: SyntaxOf<'name'>): Expr {
    if (!this.scope.find(s.name) && isBuilderName(s.name)) return newBuilder(this, s.name, s)
    const binding = this.#find(s.name, s.at)
    this.scope.use(binding, '', s.at)
    return this.#bound(binding, s.at)
  }

  #bound(binding: Binding, at: Position): Expr {
    const e: Expr = { expr: 'name', name: binding.unique, type: binding.type, at }
    if (binding.staged) this.#staged.add(e)
    return this.withOrigins(e, binding.origins)
  }

  #let(s: SyntaxOf<'let'>): Expr {
    if (s.value.syntax === 'lambda' && isReserved(s.name)) this.fail(s.at, 'a name of a function that is no word of the language', `'${s.name}'`)
    const value = s.value.syntax === 'lambda' ? this.#function(s.value) : this.any(s.value)
    const written = s.type && readType(s.type)
    if (written && !sameType(written, value.type)) this.fail(s.value.at, `${typeText(written)} as the value of '${s.name}'`, typeText(value.type))
    return this.scope.bind(
      s.name,
      value.type,
      s.at,
      ({ unique }) => {
        const body = this.expr(s.body)
        return this.withOrigins({ expr: 'let', name: unique, value, body, type: body.type, at: s.at, ...this.#notes(s) }, this.originsOf(body))
      },
      { staged: this.#staged.has(value), origins: this.originsOf(value) },
    )
  }

  /** A function with a name: over data, from data to data, run any number of times. */
  #function(s: SyntaxOf<'lambda'>): Expr {
    const types = s.params.map((p) => (p.type ? readType(p.type) : this.fail(p.at, `a type of '${p.name}' (|${p.name}: i64|): nothing else tells it`, 'none')))
    types.forEach((type, i) => {
      if (!isData(type)) this.fail(s.params[i]!.at, 'data as a parameter of a function with a name', typeText(type))
    })
    return this.scope.loop(() => this.lambda(s, types, 'a function', (body) => this.data(body)))
  }

  #call(s: SyntaxOf<'call'>): Expr {
    const binding = this.scope.find(s.name)
    // Words are no names: `len` may be both, but for names of functions.
    if (binding && !s.brackets && (binding.type.kind === 'function' || !isReserved(s.name))) return this.#applyNamed(binding, s.args ?? [], s.at)
    if (isBuilderName(s.name)) return newBuilder(this, s.name, s)
    const form = FORMS.get(s.name)
    if (!form) return this.fail(s.at, 'a function in scope or a word of the language', `'${s.name}'`)
    const bare = form.brackets === 'only'
    if (bare !== !s.args) this.fail(s.at, bare ? `${s.name} without parentheses` : `arguments of ${s.name} in parentheses`, bare ? 'some' : 'none')
    if (s.brackets && !form.brackets) this.fail(s.at, `no arguments of ${s.name} in brackets`, 'some')
    return form.check(this, s)
  }

  #applyNamed(binding: Binding, args: readonly Syntax[], at: Position): Expr {
    const { type } = binding
    if (type.kind !== 'function') return this.fail(at, `a function as '${binding.name}'`, typeText(type))
    if (args.length !== type.params.length) this.fail(at, `${article(type.params.length, 'argument')} of '${binding.name}'`, `${args.length}`)
    const values = args.map((a, i) => this.typed(a, type.params[i]!, `argument ${i + 1} of '${binding.name}'`))
    return { expr: 'apply', fn: this.#bound(binding, at), args: values, type: type.result, at }
  }

  #apply(s: SyntaxOf<'apply'>): Expr {
    if (s.fn.syntax === 'name') return this.#applyNamed(this.#find(s.fn.name, s.fn.at), s.args, s.at)
    const args = s.args.map((a) => this.expr(a))
    const types = args.map((a) => a.type)
    const fn = this.lambda(s.fn, types, 'a function', (body) => this.expr(body), args.map((a) => this.originsOf(a)))
    return this.withOrigins({ expr: 'apply', fn, args, type: fn.body.type, at: s.at }, this.originsOf(fn.body))
  }

  /** `path` is what follows: of a struct of builders with a name only the part that the whole path leads to is used. */
  #field(s: SyntaxOf<'field'>, path = ''): Expr {
    const of = s.of.syntax === 'field' ? this.#field(s.of, `.$${s.index}${path}`) : this.#root(s.of, `.$${s.index}${path}`)
    const { type } = of
    if (type.kind !== 'struct' || type === OPEN) return this.fail(s.of.at, `a struct before .$${s.index}`, typeText(type))
    const found = type.fields[s.index] ?? this.fail(s.at, `a field from $0 to $${type.fields.length - 1}`, `$${s.index}`)
    const before = type.fields.slice(0, s.index).reduce((n, f) => n + partsOf(f).length, 0)
    return this.withOrigins({ expr: 'field', of, index: s.index, type: found, at: s.at }, isBuilder(found) ? this.originsOf(of).slice(before, before + partsOf(found).length) : [])
  }

  #root(s: Syntax, path: string): Expr {
    const binding = s.syntax === 'name' ? this.scope.find(s.name) : undefined
    if (binding?.linear && binding.type.kind === 'struct') {
      this.scope.use(binding, path, s.at)
      return this.#bound(binding, s.at)
    }
    const e = this.expr(s)
    if (e.type.kind === 'struct' && isBuilder(e.type)) this.fail(s.at, 'a let that names the struct of builders before its fields are taken', typeText(e.type))
    return e
  }

  unary(op: keyof typeof UNARY, s: Syntax, at: Position): Expr {
    const value = this.data(s)
    const { takes, holds } = UNARY[op]
    if (!holds(value.type)) this.fail(s.at, `${takes} for ${op}`, typeText(value.type))
    return { expr: 'unary', op, value, type: value.type, at }
  }

  binary(op: keyof typeof BINARY, l: Syntax, r: Syntax, at: Position): Expr {
    const { takes, holds, gives } = BINARY[op]
    const left = this.data(l)
    if (!holds(left.type)) this.fail(l.at, `${takes} for ${op}`, `${typeText(left.type)}${left.type.kind === 'option' ? ' (value(x) and isnull(x) take it apart)' : ''}`)
    // Of && and || the right side may not run.
    const lazy = isBool(left.type) && (op === '&&' || op === '||')
    const right = lazy ? this.scope.either(() => this.data(r), () => undefined, r.at)[0] : this.data(r)
    const product = (op === '*' || op === '*!') && left.type.kind === 'dec128' && right.type.kind === 'dec128'
    if (!product && !sameType(left.type, right.type)) this.fail(r.at, `${typeText(left.type)} as the right side of ${op}, like the left`, typeText(right.type))
    if (!product) return { expr: 'binary', op, left, right, type: gives ?? left.type, at }
    const scale = (left.type.kind === 'dec128' ? left.type.scale : 0) + (right.type.kind === 'dec128' ? right.type.scale : 0)
    if (scale > 38) this.fail(at, 'a product of a scale up to 38', `dec128[${scale}]`)
    return { expr: 'binary', op, left, right, type: { kind: 'dec128', scale }, at }
  }
}
