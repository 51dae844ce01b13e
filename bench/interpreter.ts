/**
 * The demo's queries on arcweld's interpreter and on Arquero, each on one thread over the same data in memory. Both give
 * rows to JavaScript; arcweld's time includes planning. Shows whether the interpreter is no slower than Arquero.
 */
import { readFile } from 'node:fs/promises'
import { Engine } from 'arcweld'
import { table } from 'arquero'
import { airportsTable } from '../dist/cli/demo/airports.js'
import { grade, GRADE_TYPES, QUERIES } from '../dist/cli/demo/queries.js'
import { ARQUERO_QUERIES, type ArqueroTables } from './arquero-queries.ts'
import { airportsFile, arqueroFlights, flightsFile, openDuck } from './flights.ts'
import { compare } from './harness.ts'

type Row = Record<string, unknown>

/** Arquero has numbers only, and a time here is microseconds since 1970; none of these integers is near 2^53. */
const plain = (name: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  return name === 'date' && typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) * 1000 : value
}

/** Names and values of every row, rows in their order: every query of the demo orders its rows completely. */
const answer = (rows: readonly Row[]): unknown[] => rows.map((row) => Object.entries(row).map(([name, value]) => [name, plain(name, value)]))

const loadArquero = async (airports: ReturnType<typeof airportsTable>): Promise<ArqueroTables> => {
  const duck = await openDuck(1)
  try {
    return {
      flights: table(await arqueroFlights(duck.connection)),
      airports: table(Object.fromEntries(airports.schema.fields.map(({ name }) => [name, [...(airports.getChild(name) ?? [])]]))),
    }
  } finally {
    duck.close()
  }
}

/** Throws an Error where a stage ran as native code: then the figures were not the interpreter's. */
const assertInterpreted = async (engine: Engine, sql: string): Promise<void> => {
  const result = await engine.sql(sql)
  await result.rows()
  const native = result.explain().stages.filter((stage) => stage.native)
  if (native.length > 0) throw new Error(`stage ${native[0]!.id} is native under native: 'never'\n${sql}`)
}

interface Compared {
  readonly title: string
  readonly interpreter: number
  readonly arquero: number
}

const showTable = (compared: readonly Compared[]): void => {
  const width = Math.max(...compared.map(({ title }) => title.length))
  console.log(`${''.padEnd(width)}  interpreter      Arquero  Arquero / interpreter`)
  for (const { title, interpreter, arquero } of compared) {
    const times = [interpreter, arquero].map((ms) => `${ms.toFixed(2).padStart(8)} ms`)
    console.log(`${title.padEnd(width)}  ${times.join('  ')}  ${(arquero / interpreter).toFixed(2).padStart(20)}×`)
  }
  const mean = Math.exp(compared.reduce((sum, { interpreter, arquero }) => sum + Math.log(arquero / interpreter), 0) / compared.length)
  const slower = compared.filter(({ interpreter, arquero }) => interpreter > arquero).length
  console.log(`\ngeometric mean: the interpreter is ${mean.toFixed(2)} times as fast as Arquero`)
  console.log(`the interpreter is slower than Arquero in ${slower} of ${compared.length} queries`)
}

export const interpreter = async (): Promise<void> => {
  if (QUERIES.length !== ARQUERO_QUERIES.length) throw new Error(`the demo has ${QUERIES.length} queries, bench/arquero-queries.ts ${ARQUERO_QUERIES.length}`)
  const airports = airportsTable(await readFile(airportsFile, 'utf8'))
  const tables = await loadArquero(airports)
  const engine = await Engine.create({ threads: 1, native: 'never' })
  try {
    await engine.register('airports', airports, { cache: true })
    await engine.register('flights', flightsFile, { cache: true })
    await engine.udf('grade', GRADE_TYPES, grade)
    const compared: Compared[] = []
    for (const [i, { title, sql }] of QUERIES.entries()) {
      await assertInterpreted(engine, sql)
      const query = ARQUERO_QUERIES[i]!
      const [own, other] = await compare(title, [
        { name: 'interpreter', threads: 1, run: async () => (await engine.sql(sql)).rows(), answer },
        { name: 'Arquero', threads: 1, run: () => query(tables).objects(), answer },
      ])
      compared.push({ title: title.split(':')[0]!, interpreter: own!.medianMs, arquero: other!.medianMs })
    }
    showTable(compared)
  } finally {
    await engine.close()
  }
}
