/**
 * Names in scope, and how often builders are used. A builder is a thing that changes: each is used exactly once along every path,
 * so that nobody can see an earlier state of it. A struct of builders is as many things, used one by one (`bs.$0`) or whole. The
 * result of a staged builder is such a thing too.
 */
import type { Position, Type } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import { isBuilder, typeText } from '../types.ts'

export interface Binding {
  readonly name: string
  /** Distinct among all names of the kernel. */
  readonly unique: string
  readonly type: Type
  readonly at: Position
  /** Used exactly once: builders, and results of staged builders. */
  readonly linear: boolean
  /** The result of a staged builder. */
  readonly staged: boolean
  /** Which builders it holds, in order of its fields: two names may stand for one builder. */
  readonly origins: readonly string[]
  /** How many lambdas stand around it that run any number of times. */
  readonly loops: number
}

/** The parts of a binding that are used, each with the place; a part is the path of its fields. */
type Used = Map<Binding, ReadonlyMap<string, Position>>

const place = ({ line, column }: Position): string => `${line}:${column}`

/** Paths of the builders in a struct of builders. */
export const partsOf = (type: Type, path = ''): string[] => (type.kind === 'struct' && isBuilder(type) ? type.fields.flatMap((f, i) => partsOf(f, `${path}.$${i}`)) : [path])

export class Scope {
  readonly #names = new Map<string, Binding[]>()
  readonly #taken = new Set<string>()
  #used: Used = new Map()
  #loops = 0

  find(name: string): Binding | undefined {
    return this.#names.get(name)?.at(-1)
  }

  /** Runs `within` with a name bound, and demands that it was used if it is linear. */
  bind<T>(name: string, type: Type, at: Position, within: (binding: Binding) => T, { staged = false, origins }: { staged?: boolean; origins?: readonly string[] | undefined } = {}): T {
    const unique = this.fresh(name)
    const own = isBuilder(type) ? partsOf(type, unique) : []
    const binding: Binding = { name, unique, type, at, linear: staged || isBuilder(type), staged, origins: origins ?? own, loops: this.#loops }
    const bound = this.#names.get(name) ?? []
    this.#names.set(name, [...bound, binding])
    const result = within(binding)
    this.#names.set(name, bound)
    this.#demandUsed(binding)
    // Out of scope: the other branch of an `if` knows nothing of it.
    this.#used.delete(binding)
    return result
  }

  fresh(name: string): string {
    let unique = name
    for (let i = 2; this.#taken.has(unique); i++) unique = `${name}_${i}`
    this.#taken.add(unique)
    return unique
  }

  /** What runs any number of times may not use what stands outside and is used once. */
  loop<T>(within: () => T): T {
    this.#loops++
    const result = within()
    this.#loops--
    return result
  }

  /** One use of a binding, or of the part at a path of fields. */
  use(binding: Binding, path: string, at: Position): void {
    if (!binding.linear) return
    const what = binding.staged ? `the staged result '${binding.name}'` : `builder '${binding.name}${path}'`
    if (binding.loops < this.#loops) throw typeError(at, `expected a builder of this function (its parameter), found ${what} of ${place(binding.at)}: the function runs any number of times`)
    const used = new Map(this.#used.get(binding))
    const parts = partsOf(binding.type).filter((part) => part === path || part.startsWith(`${path}.`))
    for (const part of parts) {
      const first = used.get(part)
      if (first) throw typeError(at, `expected each ${binding.staged ? 'staged result' : 'builder'} to be used once, found a second use of '${binding.name}${part}': the first is at ${place(first)}`)
      used.set(part, at)
    }
    this.#used.set(binding, used)
  }

  /** Either runs: both must use the same. */
  either<A, B>(first: () => A, second: () => B, at: Position): [A, B] {
    const before = this.#used
    this.#used = new Map(before)
    const a = first()
    const afterFirst = this.#used
    this.#used = new Map(before)
    const b = second()
    this.#demandSame(afterFirst, this.#used, at)
    return [a, b]
  }

  #demandSame(first: Used, second: Used, at: Position): void {
    for (const [one, other, words] of [
      [first, second, ['first', 'second']],
      [second, first, ['second', 'first']],
    ] as const) {
      for (const [binding, parts] of one) {
        for (const [part, used] of parts) {
          if (!other.get(binding)?.has(part)) {
            throw typeError(at, `expected both branches to use the ${binding.staged ? 'staged result' : 'builder'} '${binding.name}${part}', found one use, in the ${words[0]} branch, at ${place(used)}`)
          }
        }
      }
    }
  }

  #demandUsed(binding: Binding): void {
    if (!binding.linear) return
    const used = this.#used.get(binding)
    const missing = partsOf(binding.type).find((part) => !used?.has(part))
    if (missing === undefined) return
    const what = binding.staged ? 'a loop over the staged result' : 'a use of the builder'
    throw typeError(binding.at, `expected ${what} '${binding.name}${missing}' (${typeText(binding.type)}), found none`)
  }
}
