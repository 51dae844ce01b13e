/** Cases of src/operators/dates.ts. */
import { c, type Case, raises, type Typed } from './case.ts'

const part = (date: Record<string, string | null>, time: Record<string, string | null> = {}): readonly Case[] => [
  ...Object.entries(date).map(([d, result]) => c([['date', d]], ['int64', result])),
  ...Object.entries(time).map(([t, result]) => c([['timestamp', t]], ['int64', result])),
  c([['date', null]], ['int64', null]), c([['timestamp', null]], ['int64', null]), c([['date', 'infinity']], ['int64', null]), c([['date', '-infinity']], ['int64', null]), c([['timestamp', 'infinity']], ['int64', null]), c([['timestamp', '-infinity']], ['int64', null]),
]
const T = '1969-12-31 23:59:59.999999'
const zoned = (result: string): Case => c([['timestamptz', '2024-02-29T13:45:07.5Z']], ['int64', result])
const trunc = (unit: string, from: Typed, result: string | null, to = from[0] === 'date' ? 'timestamp' : from[0]): Case => c([['string', unit], from], [to, result])

export const DATES = {
  year: [...part({ '2024-02-29': '2024', '1970-01-01': '1970', '1969-12-31': '1969', '0001-01-01': '1', '0001-12-31 (BC)': '0', '0044-03-15 (BC)': '-43', '9999-12-31': '9999', '5881580-07-10': '5881580', '5877642-06-25 (BC)': '-5877641', '2000-03-01': '2000', '1900-02-28': '1900' }, { [T]: '1969', '2024-01-01 00:00:00': '2024', '294247-01-10 04:00:54.775806': '294247', '290309-12-22 (BC) 00:00:00': '-290308' }), zoned('2024')],
  quarter: part({ '2024-01-31': '1', '2024-03-31': '1', '2024-04-01': '2', '2024-09-30': '3', '2024-12-31': '4' }, { [T]: '4' }),
  month: [...part({ '2024-02-29': '2', '2024-03-01': '3', '2024-12-31': '12', '2025-01-01': '1' }, { [T]: '12' }), zoned('2')],
  week: part({ '2024-01-01': '1', '2023-01-01': '52', '2020-12-31': '53', '2021-01-03': '53', '2021-01-04': '1', '1969-12-29': '1', '0001-01-01': '1' }, { [T]: '1' }),
  day: part({ '2024-02-29': '29', '2024-03-01': '1', '1900-02-28': '28', '1900-03-01': '1', '2023-12-31': '31' }, { [T]: '31' }),
  dayofweek: part({ '2024-03-03': '0', '2024-03-09': '6', '1969-12-31': '3', '1970-01-01': '4', '0001-01-01': '1' }, { [T]: '3' }),
  isodow: part({ '2024-03-03': '7', '2024-03-04': '1', '1969-12-28': '7' }, { [T]: '3' }),
  dayofyear: part({ '2024-12-31': '366', '2023-12-31': '365', '2024-03-01': '61', '1900-03-01': '60', '2000-03-01': '61', '2024-01-01': '1' }, { [T]: '365' }),
  hour: [...part({ '2024-02-29': '0' }, { [T]: '23', '2024-02-29 00:00:00': '0', '2024-02-29 13:45:07.5': '13' }), zoned('13')],
  minute: [...part({ '2024-02-29': '0' }, { [T]: '59', '2024-02-29 13:45:07.5': '45' }), zoned('45')],
  second: [...part({ '2024-02-29': '0' }, { [T]: '59', '2024-02-29 13:45:07.5': '7' }), zoned('7')],
  date_trunc: [
    ...(['date', 'timestamp'] as const).flatMap((type) => {
      const at = (text: string): Typed => [type, type === 'date' ? text : `${text} 13:45:07.5`]
      return [
        trunc('year', at('2024-02-29'), '2024-01-01 00:00:00'), trunc('year', at('1969-03-29'), '1969-01-01 00:00:00'), trunc('quarter', at('2024-05-31'), '2024-04-01 00:00:00'), trunc('quarter', at('2024-03-31'), '2024-01-01 00:00:00'), trunc('quarter', at('2023-03-01'), '2023-01-01 00:00:00'),
        trunc('quarter', at('2024-12-31'), '2024-10-01 00:00:00'), trunc('quarter', at('2024-01-31'), '2024-01-01 00:00:00'), trunc('quarter', at('1900-03-31'), '1900-01-01 00:00:00'), trunc('month', at('2024-02-29'), '2024-02-01 00:00:00'), trunc('month', at('1969-12-31'), '1969-12-01 00:00:00'), trunc('MONTH', at('2024-01-01'), '2024-01-01 00:00:00'),
        trunc('week', at('2024-03-03'), '2024-02-26 00:00:00'), trunc('week', at('1969-05-29'), '1969-05-26 00:00:00'), trunc('day', at('2024-02-29'), '2024-02-29 00:00:00'),
      ]
    }),
    trunc('hour', ['timestamp', T], '1969-12-31 23:00:00'), trunc('minute', ['timestamp', T], '1969-12-31 23:59:00'), trunc('second', ['timestamp', T], '1969-12-31 23:59:59'), trunc('hour', ['date', '2024-02-29'], '2024-02-29 00:00:00'), trunc('second', ['timestamp', '2024-02-29 13:45:07.5'], '2024-02-29 13:45:07'),
    trunc('month', ['date', 'infinity'], 'infinity'), trunc('month', ['date', '-infinity'], '-infinity'), trunc('hour', ['timestamp', '-infinity'], '-infinity'), trunc('month', ['date', null], null), trunc('month', ['timestamptz', '2024-02-29T13:45:07.5Z'], '2024-02-01T00:00:00Z'),
    c([['string', 'month'], ['date', '2024-02-29']], ['date', '2024-02-01'], { alone: 'DuckDB gives a timestamp' }), c([['string', null], ['date', '2024-02-29']], ['timestamp', null], { alone: 'DuckDB binds NULL otherwise' }),
    c([['string', 'blue moon'], ['date', '2024-02-29']], raises('timestamp', 'RAISED')),
  ],
  epoch: [
    c([['date', '2024-02-29']], ['double', 1709164800]), c([['date', '1969-12-31']], ['double', -86400]), c([['timestamp', '1969-12-31 23:59:59.5']], ['double', -0.5]), c([['timestamp', '2024-02-29 13:45:07.123456']], ['double', 1709214307.123456]), c([['timestamp', 'infinity']], ['double', null]), c([['date', '-infinity']], ['double', null]), c([['date', null]], ['double', null]),
  ],
} as const satisfies Record<string, readonly Case[]>
