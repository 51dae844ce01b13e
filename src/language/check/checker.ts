/**
 * Syntax → typed expressions. Types go from the leaves up; parameters of functions get theirs from where the function stands, and an
 * `appender` without a type from its first merge. Names become distinct, so that expressions can be moved about.
 */
import type { Expr, Of, Position, Type } from '../nodes.ts'
import { article, typeError } from '../text/mistake.ts'
import type { Syntax, SyntaxKind, SyntaxOf } from '../text/syntax.ts'
import { isBuilder, isData, sameType, typeText } from '../types.ts'
import { readAnnotations } from './annotations.ts'
import { applyOf, callOf } from './functions.ts'
import { fieldOf, letOf, nameOf } from './names.ts'
import { binaryOf, BOOL, unaryOf } from './operators.ts'
import { type Binding, Scope } from './scope.ts'
import { readType } from './types.ts'
import { ascribeOf, literalOf, structOf, vecOf } from './values.ts'

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
    return { expr: 'lambda', type: { kind: 'function', params: types, result: checked.type }, at: s.at, params: params.map((p) => ({ name: p.unique, type: p.type })), body: checked, ...this.notes(s) }
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

  notes(s: Syntax): Pick<Expr, 'annotations'> {
    const annotations = readAnnotations(s)
    return annotations ? { annotations } : {}
  }

  /** Any expression: also functions that a let names, and results of staged builders. */
  any(s: Syntax): Expr {
    const e = (this.#read[s.syntax] as (s: Syntax) => Expr)(s)
    const notes = this.notes(s)
    if (!notes.annotations || e.annotations) return e
    const noted = { ...e, ...notes }
    if (this.#staged.has(e)) this.#staged.add(noted)
    return this.withOrigins(noted, this.originsOf(e))
  }

  readonly #read: { [K in SyntaxKind]: (s: SyntaxOf<K>) => Expr } = {
    literal: (s) => literalOf(this, s),
    param: (s) => this.fail(s.at, 'a value of a kernel', `the parameter $${s.index}: parameters belong to programs`),
    name: (s) => nameOf(this, s),
    let: (s) => letOf(this, s),
    lambda: (s) => this.fail(s.at, 'a value', 'a function: functions are applied, named by a let, or given to for, iterate and sort'),
    call: (s) => callOf(this, s),
    apply: (s) => applyOf(this, s),
    field: (s) => fieldOf(this, s),
    unary: (s) => unaryOf(this, s.op === '-' ? 'neg' : 'not', s.value, s.at),
    binary: (s) => binaryOf(this, s.op, s.left, s.right, s.at),
    ascribe: (s) => ascribeOf(this, s),
    struct: (s) => structOf(this, s),
    vec: (s) => vecOf(this, s),
  }

  find(name: string, at: Position): Binding {
    return this.scope.find(name) ?? this.fail(at, 'a name in scope', `'${name}'`)
  }

  /** The expression that is a name. */
  named(binding: Binding, at: Position): Expr {
    const e: Expr = { expr: 'name', name: binding.unique, type: binding.type, at }
    if (binding.staged) this.#staged.add(e)
    return this.withOrigins(e, binding.origins)
  }
}
