/** Columns as a program in JavaScript keeps them: numbers and days in typed arrays, text in arrays of strings. */
import type { Kind, ScanCase } from './cases.ts'
import type { ContestantName, Facts, ScanContestant } from './contestant.ts'

export type ScriptColumn = Float64Array | Int32Array | readonly string[]

const DAY = 86_400_000

/** Days since 1970 of `1996-03-13`, from the year 100 on: by digits, several times as fast as Date.parse. */
export const dayOf = (text: string): number => {
  const digit = (at: number): number => text.charCodeAt(at) - 48
  const year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3)
  return Date.UTC(year, digit(5) * 10 + digit(6) - 1, digit(8) * 10 + digit(9)) / DAY
}

/** A column of so many rows, to be filled by `columnFrom`'s callers. */
export const newColumn = (kind: Kind, rows: number): ScriptColumn => (kind === 'number' ? new Float64Array(rows) : kind === 'date' ? new Int32Array(rows) : new Array<string>(rows))

const totalOf = (column: ArrayLike<number | string>, kind: Kind): number => {
  let total = 0
  for (let i = 0; i < column.length; i++) total += kind === 'text' ? (column[i] as string).length : (column[i] as number)
  return total
}

/** As `checkSql` says them; text is ASCII, so that its order and its lengths are those of its bytes. */
const factsOf = (columns: readonly ScriptColumn[], kinds: readonly Kind[]): Facts => [
  columns[0]?.length ?? 0,
  ...columns.flatMap((column, c): (number | string)[] => {
    const kind = kinds[c] as Kind
    const total = totalOf(column, kind)
    if (kind !== 'text') return [total]
    const texts = column as readonly string[]
    return [total, texts.reduce((a, b) => (b < a ? b : a), texts[0] ?? ''), texts.reduce((a, b) => (b > a ? b : a), texts[0] ?? '')]
  }),
]

/** A contestant of which only columns are timed: `read` goes from the file to them. */
export const scriptContestant = (name: ContestantName, { columns: wanted }: ScanCase, read: () => Promise<readonly ScriptColumn[]>, close: () => Promise<void> = async () => {}): ScanContestant => {
  let columns: readonly ScriptColumn[] | undefined
  return {
    name,
    facts: async () => factsOf(await read(), wanted.map(({ kind }) => kind)),
    ways: {
      columns: async () => {
        columns = await read()
      },
    },
    release: async () => {
      if (columns?.length === 0) throw new Error(`${name} read no columns`)
      columns = undefined
    },
    close,
  }
}
