/** Column names made unique as DuckDB does it: `a`, `a_1`; letter case does not distinguish. */
export const uniqueNames = (names: readonly string[]): string[] => {
  const taken = new Set<string>()
  const tried = new Map<string, number>()
  return names.map((name) => {
    let unique = name
    let n = tried.get(name) ?? 0
    while (taken.has(unique.toLowerCase())) unique = `${name}_${++n}`
    tried.set(name, n)
    taken.add(unique.toLowerCase())
    return unique
  })
}
