/**
 * The structure of a program as text: equal for programs that are equal in everything but how names are numbered and what
 * explain calls their operators. Unlike the printed form it holds all that is known of a program (ranges of columns, say),
 * whatever properties its nodes have; so what is made of a program by rules may be kept under it.
 */
import type { Program } from './program.ts'

/** Undefined where a program holds something that has no text, which none does. */
export const structureOf = (program: Program): string | undefined => {
  const text = new Structure()
  const { pipelines, ...others } = program
  return text.add(others) && pipelines.every(({ operators: _, ...pipeline }) => text.add(pipeline)) ? text.written : undefined
}

class Structure {
  written = ''
  readonly #names = new Map<string, number>()
  /** An object that is used again is written once: expressions are graphs. */
  readonly #seen = new Map<object, number>()

  /** Whether it could be written. */
  add(x: unknown): boolean {
    switch (typeof x) {
      case 'string':
        this.written += x.includes('#') ? `#${this.#number(x)};` : `${x.length}'${x}`
        return true
      case 'number':
        this.written += Object.is(x, -0) ? '-0;' : `${x};`
        return true
      case 'bigint':
        this.written += `${x}n`
        return true
      case 'boolean':
        this.written += x ? 'T' : 'F'
        return true
      case 'undefined':
        this.written += 'U'
        return true
      case 'object':
        return this.#object(x)
      default:
        return false
    }
  }

  #object(x: object | null): boolean {
    if (x === null) {
      this.written += 'N'
      return true
    }
    const seen = this.#seen.get(x)
    if (seen !== undefined) {
      this.written += `@${seen};`
      return true
    }
    this.#seen.set(x, this.#seen.size)
    if (Array.isArray(x)) {
      this.written += '['
      for (const item of x as readonly unknown[]) if (!this.add(item)) return false
      this.written += ']'
      return true
    }
    if (Object.getPrototypeOf(x) !== Object.prototype) return false
    this.written += '{'
    for (const key in x) {
      this.written += `${key}=`
      if (!this.add((x as Record<string, unknown>)[key])) return false
    }
    this.written += '}'
    return true
  }

  /** Names that a process numbers on hold a #; others are the same in each program. */
  #number(name: string): number {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, this.#names.size)
    return this.#names.size - 1
  }
}
