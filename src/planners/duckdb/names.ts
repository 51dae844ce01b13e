/** Names: how DuckDB compares them, how duplicates are told apart, and what somebody may have meant. */

/** DuckDB ignores the case of ASCII letters and of no others. */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

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
