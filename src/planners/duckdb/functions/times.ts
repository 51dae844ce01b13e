/** DuckDB's functions of dates and timestamps: parts by name, counts of units, zones. */
import { DATE, DOUBLE, INT64, type SqlType, typeName } from '../../../layout/types.ts'
import { literal } from '../literals.ts'
import { as, type Call, call, unmapped } from './call.ts'

export const isTemporal = (type: SqlType): boolean => type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz'

/** date_part('year', a), where DuckDB has not made it year(a). */
export const partNamed: Call = (args, type, name) => {
  const [part, from] = args
  const fn = part?.expr === 'literal' && typeof part.value === 'string' ? part.value.toLowerCase() : ''
  if (!from || !/^(isoyear|era)$/.test(fn)) throw unmapped(name, args)
  return call(fn, [from], type)
}

/** Of zoned timestamps DuckDB counts in milliseconds. */
export const completeUnits: Call = (args, type, name) => {
  if (args.some((a) => a.type === 'timestamptz')) throw unmapped(name, args, 'complete units between zoned timestamps')
  return call('date_sub', args, type)
}

/** Microseconds as a timestamp, of a number of longer units. */
export const timestampOf =
  (unit: string): Call =>
  (args, type) =>
    call('make_timestamp', unit === '1' ? args : [call('multiply', [...args, literal(unit, INT64)], INT64, { overflow: 'error' })], type)

/** Of a date or timestamp, and the other way round. */
export const epochMillis: Call = (args, type, name) => (isTemporal(type) ? timestampOf('1000') : as('epoch_ms', 1))(args, type, name)

export const toTimestamp: Call = ([seconds], type, name) => {
  if (seconds === undefined) throw unmapped(name, [])
  const micros = call('multiply', [seconds, literal(1e6, DOUBLE)], DOUBLE)
  return call('make_timestamp', [{ expr: 'cast', arg: micros, type: typeName(INT64), onFailure: 'error' }], type)
}

/** Days since 1970, or a year, a month and a day. */
export const makeDate: Call = (args, type, name) => (args.length === 1 ? call('add', [literal('1970-01-01', DATE), ...args], type, { overflow: 'error' }) : as('make_date', 3)(args, type, name))

/** Between timestamps and zoned ones: by a zone that is UTC. */
export const timezone: Call = (args, type, name) => {
  const [zone, time] = args
  if (zone?.expr !== 'literal' || !/^(utc|etc\/utc|gmt|etc\/gmt|z|zulu)$/i.test(String(zone.value)) || time === undefined || !/^timestamp/.test(time.type)) throw unmapped(name, args, 'only the time zone UTC is known')
  return { expr: 'cast', arg: time, type: typeName(type), onFailure: 'error' }
}
