/** The demo's airports.csv as an Arrow table: a reader for this one file, quoted fields included. */
import { Float64, makeBuilder, Table, Utf8, type Vector } from 'apache-arrow'

/** Fields of one CSV text; null is an empty field that was not quoted. */
export const csvRecords = (text: string): (string | null)[][] => {
  const records: (string | null)[][] = []
  let record: (string | null)[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (field.lastIndex < text.length) {
    const match = field.exec(text)
    if (!match) throw new SyntaxError(`CSV record ${records.length + 1} is malformed`)
    const [, quoted, plain = '', end] = match
    record.push(quoted === undefined ? (plain === '' ? null : plain) : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(record)
    record = []
    if (end === '') break
  }
  return records
}

const strings = (values: readonly (string | null)[]): Vector<Utf8> => {
  const builder = makeBuilder({ type: new Utf8(), nullValues: [null] })
  for (const value of values) builder.append(value)
  return builder.finish().toVector()
}

const doubles = (values: readonly (string | null)[]): Vector<Float64> => {
  const builder = makeBuilder({ type: new Float64(), nullValues: [null] })
  for (const value of values) builder.append(value === null ? null : Number(value))
  return builder.finish().toVector()
}

const NUMERIC = new Set(['latitude', 'longitude'])

/** The columns iata, name, city, state, country (strings), latitude and longitude (doubles). */
export const airportsTable = (csv: string): Table => {
  const [head = [], ...rows] = csvRecords(csv)
  const columns = head.map((name, i) => {
    const values = rows.map((row) => row[i] ?? null)
    return [String(name), NUMERIC.has(String(name)) ? doubles(values) : strings(values)] as const
  })
  return new Table(Object.fromEntries(columns))
}
