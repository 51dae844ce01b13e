/** The benchmarks' suites of queries. */
export const SUITES = {
  tpch: { title: 'TPC-H', generated: true },
  /** DuckDB's packages for Node have no generator of it. */
  tpcds: { title: 'TPC-DS', generated: false },
} as const satisfies Record<string, { readonly title: string; readonly generated: boolean }>

export type SuiteName = keyof typeof SUITES

export const isSuite = (name: string | undefined): name is SuiteName => name !== undefined && Object.hasOwn(SUITES, name)
