/** Names: how DuckDB compares them, how duplicates are told apart, and what somebody may have meant. */
import { isRaw, type Raw } from './raw.ts'

/** DuckDB ignores the case of ASCII letters and of no others. */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/**
 * The names of a SELECT's columns where its tree says them: each has an alias, or is a column whose name is nowhere written in
 * another case. Undefined where only binding can tell. `columns`: names of the columns of all tables it reads.
 */
export const writtenNames = (statement: Raw, columns: Iterable<string>): readonly string[] | undefined => {
  const node = statement['node']
  if (!isRaw(node) || node['type'] !== 'SELECT_NODE' || !Array.isArray(node['select_list'])) return undefined
  const names: string[] = []
  let spelled: Spellings | undefined
  for (const item of node['select_list'] as readonly unknown[]) {
    if (!isRaw(item) || expands(item)) return undefined
    const alias = item['alias']
    if (typeof alias === 'string' && alias !== '') {
      names.push(alias)
      continue
    }
    const path = item['column_names']
    const name: unknown = item['class'] === 'COLUMN_REF' && Array.isArray(path) ? path.at(-1) : undefined
    spelled ??= new Spellings(node, columns)
    if (typeof name !== 'string' || !spelled.once(name)) return undefined
    names.push(name)
  }
  return new Set(names.map(foldCase)).size === names.length ? names : undefined
}

/** An item that may become several columns, or get names of its own. */
const expands = (x: unknown): boolean => {
  if (Array.isArray(x)) return x.some(expands)
  if (!isRaw(x)) return false
  if (x['class'] === 'STAR' || (x['class'] === 'FUNCTION' && UNNEST.test(String(x['function_name'])))) return true
  // Columns of a subquery are its own.
  if (x['class'] === 'SUBQUERY') return false
  for (const key in x) if (expands(x[key])) return true
  return false
}
const UNNEST = /^(?:unnest|unlist|struct_extract|columns)$/i

/** How names are spelled in a tree and in tables. */
class Spellings {
  readonly #by = new Map<string, string | undefined>()

  constructor(tree: unknown, columns: Iterable<string>) {
    for (const column of columns) this.#add(column)
    this.#collect(tree)
  }

  /** Written in one way only, wherever it is. */
  once(name: string): boolean {
    return this.#by.get(foldCase(name)) === name
  }

  #collect(x: unknown): void {
    if (typeof x === 'string') this.#add(x)
    else if (Array.isArray(x)) for (const item of x) this.#collect(item)
    else if (isRaw(x)) for (const key in x) this.#collect(x[key])
  }

  #add(name: string): void {
    const key = foldCase(name)
    if (!this.#by.has(key)) this.#by.set(key, name)
    else if (this.#by.get(key) !== name) this.#by.set(key, undefined)
  }
}

/** `a`, `a` → `a`, `a_1`. */
export const uniqueNames = (names: readonly string[]): readonly string[] => {
  const all = new Set(names)
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let i = 1; taken.has(unique) || (unique !== name && all.has(unique)); i++) unique = `${name}_${i}`
    taken.add(unique)
    return unique
  })
}

/** The name with the smallest edit distance, if it is at most half of the word. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 2)) + 1
  for (const name of names) {
    const d = distance(foldCase(word), foldCase(name))
    if (d < least) {
      least = d
      best = name
    }
  }
  return best
}

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
