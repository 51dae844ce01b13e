/** The demo's questions: filter, project, grouped and plain aggregates, join, sort, top-n, and one JavaScript function. */

export interface DemoQuery {
  readonly title: string
  readonly sql: string
}

/** The JavaScript function of the last query: how an airport's mean delay is called. */
export const grade = (mean: number): string => (mean < 6 ? 'good' : mean < 9 ? 'fair' : 'poor')

export const GRADE_TYPES = { args: ['double'], returns: 'string' }

export const QUERIES: readonly DemoQuery[] = [
  {
    title: 'Delays of long flights: one filtered sum',
    sql: `select count(*) as flights, sum(delay) as minutes, avg(delay) as mean, max(delay) as worst
from flights
where distance >= 1000 and delay > 0`,
  },
  {
    title: 'The busiest airports: grouped by one column',
    sql: `select origin, count(*) as departures, sum(delay) as minutes, max(delay) as worst
from flights
group by origin
order by departures desc, origin
limit 8`,
  },
  {
    title: 'The worst routes: grouped by two columns',
    sql: `select origin, destination, count(*) as flights, avg(delay) as mean
from flights
group by origin, destination
having count(*) >= 500
order by mean desc, origin, destination
limit 8`,
  },
  {
    title: 'Short, medium and long hauls: grouped by a computed column',
    sql: `select case when distance < 500 then 'short' when distance < 1500 then 'medium' else 'long' end as haul,
  count(*) as flights,
  sum(delay * distance) as delay_miles,
  sum(case when delay > 60 then 1 else 0 end) as very_late
from flights
group by 1
order by haul`,
  },
  {
    title: 'A cost model over all flights: arithmetic behind a wide filter',
    sql: `select count(*) as flights, sum(delay * 60 + distance) as cost, min(delay - distance) as least
from flights
where origin <> 'ATL' and (distance > 300 or delay < 0)`,
  },
  {
    title: 'February at the arrival gates: a range of time',
    sql: `select destination, count(*) as arrivals, min(delay) as earliest, avg(delay) as mean
from flights
where date >= timestamp '2001-02-01 00:00:00' and date < timestamp '2001-03-01 00:00:00' and delay between -10 and 120
group by destination
order by arrivals desc, destination
limit 8`,
  },
  {
    title: 'Late departures by state: a join with the airports',
    sql: `select a.state, count(*) as flights, avg(f.delay) as mean, sum(f.distance) as miles
from flights f join airports a on f.origin = a.iata
where f.delay > 15
group by a.state
order by flights desc, a.state
limit 8`,
  },
  {
    title: 'The ten most delayed flights: top-n',
    sql: `select date, origin, destination, delay
from flights
order by delay desc, date, origin, destination
limit 10`,
  },
  {
    title: 'All flights more than 400 minutes late, sorted',
    sql: `select date, origin, destination, delay, distance
from flights
where delay > 400
order by origin, destination, date, delay, distance`,
  },
  {
    title: 'Airports graded by a JavaScript function: one stage falls back, the others stay native',
    sql: `select grade(mean) as grade, count(*) as airports, sum(flights) as flights
from (select origin, count(*) as flights, avg(delay) as mean from flights group by origin)
group by 1
order by 1`,
  },
]
