/** The demo's queries as a user of Arquero writes them, in the order of src/cli/demo/queries.ts. */
import { desc, escape, op, type table } from 'arquero'
import { grade } from '../dist/cli/demo/queries.js'

type ArqueroTable = ReturnType<typeof table>

export interface ArqueroTables {
  readonly flights: ArqueroTable
  readonly airports: ArqueroTable
}

/** A row inside Arquero's expressions, which are parsed from the function's text: they may not name what is outside of them. */
type D = any

/** 2001-02-01 and 2001-03-01 in microseconds since 1970. */
const FEBRUARY = { from: Date.UTC(2001, 1, 1) * 1000, to: Date.UTC(2001, 2, 1) * 1000 }

export const ARQUERO_QUERIES: readonly ((tables: ArqueroTables) => ArqueroTable)[] = [
  ({ flights }) =>
    flights
      .filter((d: D) => d.distance >= 1000 && d.delay > 0)
      .rollup({ flights: op.count(), minutes: op.sum('delay'), mean: op.mean('delay'), worst: op.max('delay') }),
  ({ flights }) =>
    flights
      .groupby('origin')
      .rollup({ departures: op.count(), minutes: op.sum('delay'), worst: op.max('delay') })
      .orderby(desc('departures'), 'origin')
      .slice(0, 8),
  ({ flights }) =>
    flights
      .groupby('origin', 'destination')
      .rollup({ flights: op.count(), mean: op.mean('delay') })
      .filter((d: D) => d.flights >= 500)
      .orderby(desc('mean'), 'origin', 'destination')
      .slice(0, 8),
  ({ flights }) =>
    flights
      .groupby({ haul: (d: D) => (d.distance < 500 ? 'short' : d.distance < 1500 ? 'medium' : 'long') })
      .rollup({
        flights: op.count(),
        delay_miles: (d: D) => op.sum(d.delay * d.distance),
        very_late: (d: D) => op.sum(d.delay > 60 ? 1 : 0),
      })
      .orderby('haul'),
  ({ flights }) =>
    flights
      .filter((d: D) => d.origin !== 'ATL' && (d.distance > 300 || d.delay < 0))
      .rollup({
        flights: op.count(),
        cost: (d: D) => op.sum(d.delay * 60 + d.distance),
        least: (d: D) => op.min(d.delay - d.distance),
      }),
  ({ flights }) =>
    flights
      .params(FEBRUARY)
      .filter((d: D, $: D) => d.date >= $.from && d.date < $.to && d.delay >= -10 && d.delay <= 120)
      .groupby('destination')
      .rollup({ arrivals: op.count(), earliest: op.min('delay'), mean: op.mean('delay') })
      .orderby(desc('arrivals'), 'destination')
      .slice(0, 8),
  // Only the columns that are read further on: a third quicker than a join of all, and as quick as a lookup.
  ({ flights, airports }) =>
    flights
      .filter((d: D) => d.delay > 15)
      .join(airports, ['origin', 'iata'], [['delay', 'distance'], ['state']])
      .groupby('state')
      .rollup({ flights: op.count(), mean: op.mean('delay'), miles: op.sum('distance') })
      .orderby(desc('flights'), 'state')
      .slice(0, 8),
  ({ flights }) =>
    flights
      .select('date', 'origin', 'destination', 'delay')
      .orderby(desc('delay'), 'date', 'origin', 'destination')
      .slice(0, 10),
  ({ flights }) =>
    flights
      .filter((d: D) => d.delay > 400)
      .select('date', 'origin', 'destination', 'delay', 'distance')
      .orderby('origin', 'destination', 'date', 'delay', 'distance'),
  ({ flights }) =>
    flights
      .groupby('origin')
      .rollup({ flights: op.count(), mean: op.mean('delay') })
      .groupby({ grade: escape((d: D) => grade(d.mean)) })
      .rollup({ airports: op.count(), flights: op.sum('flights') })
      .orderby('grade'),
]
