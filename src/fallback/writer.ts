/**
 * Writes the JavaScript of one row loop. Only names and numbers made here enter the source; everything of the user's
 * (literals, functions, tables) is captured and reached as a local variable.
 */
import type { Val } from './shape.ts'

/** Runs rows [from, to) of one batch's bindings; gives the next row, `to` unless stopped. */
interface BuiltLoop {
  run(bindings: readonly unknown[], from: number, to: number): number
  readonly control: LoopControl
}

/** Shared between driver and generated code. */
interface LoopControl {
  stop: boolean
  /** Index into `sites` of the call that ran last, for the error message. */
  at: number
}

interface Site {
  readonly node: string
  readonly what: string
}

/** Functions by source: a query that comes again finds its code already optimised. All state is in their arguments. */
const cache = new Map<string, unknown>()
const CACHE_LIMIT = 256

const compiled = (source: string): unknown => {
  const known = cache.get(source)
  cache.delete(source)
  const made = known ?? new Function(source)()
  cache.set(source, made)
  if (cache.size > CACHE_LIMIT) cache.delete(cache.keys().next().value!)
  return made
}

export class Writer {
  readonly captures: unknown[] = []
  readonly sites: Site[]
  /** What each batch must supply for b0, b1, …; filled by the source. */
  readonly bindings: unknown[] = []
  readonly control: LoopControl = { stop: false, at: 0 }
  private readonly lines: string[] = []
  private readonly views: { group: object; text: string }[] = []
  private readonly groups: object[] = []
  private readonly captured = new Map<unknown, string>()
  private readonly viewNames = new Map<string, string>()
  private readonly scopes: Map<unknown, Val>[] = [new Map()]
  private next = 0

  constructor(sites: Site[] = []) {
    this.sites = sites
  }

  fresh(prefix = 't'): string {
    return `${prefix}${this.next++}`
  }

  line(text: string): void {
    this.lines.push(text)
  }

  /** `open … {` body `}`: what is computed inside is not visible after. */
  block(open: string, body: () => void, close = '}'): void {
    this.line(open)
    this.scopes.push(new Map())
    body()
    this.scopes.pop()
    this.line(close)
  }

  /** A pure expression under a name. */
  name(code: string, prefix = 't'): string {
    if (/^\w+$/.test(code)) return code
    const name = this.fresh(prefix)
    this.line(`const ${name} = ${code}`)
    return name
  }

  capture(value: unknown): string {
    // A Map takes −0 for 0.
    const known = Object.is(value, -0) ? undefined : this.captured.get(value)
    if (known !== undefined) return known
    const name = `c${this.captures.push(value) - 1}`
    this.captured.set(value, name)
    return name
  }

  /** A numeric literal; numbers are the only literals that enter the source. */
  number(value: number): string {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? (value < 0 ? `(${value})` : `${value}`) : this.capture(value)
  }

  binding(key: unknown): string {
    const index = this.bindings.indexOf(key)
    return `b${index >= 0 ? index : this.bindings.push(key) - 1}`
  }

  /** A local that mirrors `expression` (a property of a capture) and is read again by `reload(group)`. */
  view(group: object, expression: string): string {
    const known = this.viewNames.get(expression)
    if (known !== undefined) return known
    const name = this.fresh('v')
    this.viewNames.set(expression, name)
    this.views.push({ group, text: `${name} = ${expression}` })
    return name
  }

  /** Text that re-reads every view of the group, also those registered later. */
  reload(group: object): string {
    let index = this.groups.indexOf(group)
    if (index < 0) index = this.groups.push(group) - 1
    return `/*reload ${index}*/`
  }

  /** The value kept for `key` in the scopes open now, or a new one. */
  cached(key: unknown, make: () => Val): Val {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const value = this.scopes[i]!.get(key)
      if (value !== undefined) return value
    }
    const value = make()
    this.scopes[this.scopes.length - 1]!.set(key, value)
    return value
  }

  /** Marks the calls that follow, for errors. */
  site(site: Site): string {
    return `at = ${this.sites.push(site) - 1};`
  }

  private text(): string {
    return this.lines.join('\n').replace(/\/\*reload (\d+)\*\//g, (_, index: string) =>
      this.views
        .filter((view) => view.group === this.groups[Number(index)])
        .map((view) => view.text)
        .join('; '),
    )
  }

  private prelude(): string[] {
    return [...this.captures.map((_, i) => `const c${i} = E[${i}]`), ...this.views.map((view) => `let ${view.text}`)]
  }

  /** The lines as the body of a loop over `i`. */
  build(): BuiltLoop {
    const body = this.text()
    const control = this.control
    const source = [
      '"use strict"; return (E, B, C, from, to) => {',
      ...this.prelude(),
      ...this.bindings.map((_, i) => `const b${i} = B[${i}]`),
      'let at = 0, stop = false, i = from',
      'try {',
      'for (; i < to; i++) {',
      body,
      'if (stop) { C.stop = true; return i + 1 }',
      '}',
      '} catch (e) { C.at = at; throw e }',
      'return to',
      '}',
    ].join('\n')
    const run = compiled(source) as (e: unknown[], b: readonly unknown[], c: LoopControl, from: number, to: number) => number
    const captures = this.captures
    return { control, run: (bindings, from, to) => run(captures, bindings, control, from, to) }
  }

  /** The lines as the body of a function; `result` is what it returns. */
  buildFunction(parameters: readonly string[], result: string): (...args: any[]) => any {
    const body = this.text()
    const source = [
      '"use strict"; return (E) => {',
      ...this.captures.map((_, i) => `const c${i} = E[${i}]`),
      `return (${parameters.join(', ')}) => {`,
      ...this.views.map((view) => `let ${view.text}`),
      'let at = 0',
      body,
      `return ${result}`,
      '}}',
    ].join('\n')
    return (compiled(source) as (e: unknown[]) => (...args: any[]) => any)(this.captures)
  }
}
