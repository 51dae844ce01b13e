/** Cases of src/operators/dates.ts. */
import { c, type Case, MAX, MIN, raises, type Typed } from './case.ts'

const part = (date: Record<string, string | null>, time: Record<string, string | null> = {}): readonly Case[] => [
  ...Object.entries(date).map(([d, result]) => c([['date', d]], ['int64', result])),
  ...Object.entries(time).map(([t, result]) => c([['timestamp', t]], ['int64', result])),
  c([['date', null]], ['int64', null]), c([['timestamp', null]], ['int64', null]), c([['date', 'infinity']], ['int64', null]), c([['date', '-infinity']], ['int64', null]), c([['timestamp', 'infinity']], ['int64', null]), c([['timestamp', '-infinity']], ['int64', null]),
]
const T = '1969-12-31 23:59:59.999999'
const zoned = (result: string): Case => c([['timestamptz', '2024-02-29T13:45:07.5Z']], ['int64', result])
const trunc = (unit: string, from: Typed, result: string | null, to = from[0] === 'date' ? 'timestamp' : from[0]): Case => c([['string', unit], from], [to, result])

const names = (days: Record<string, string | null>): readonly Case[] => [...Object.entries(days).flatMap(([d, name]) => [c([['date', d]], ['string', name]), c([['timestamp', d === 'infinity' ? d : `${d} 23:59:59`]], ['string', name])]), c([['date', null]], ['string', null])]
const later = (from: Typed, months: number, days: number, micros: string, result: string | null, type = 'timestamp'): Case => c([from, ['int32', months], ['int32', days], ['int64', micros]], [type, result])
const gone = (from: Typed, months: number, days: number, micros: string): Case => c([from, ['int32', months], ['int32', days], ['int64', micros]], raises('timestamp'))
const apart = (unit: string, a: Typed, b: Typed, result: string | null): Case => c([['string', unit], a, b], ['int64', result])
const made = (y: number | null, m: number | null, d: number, result: string | null | undefined): Case => c([['int32', y], ['int32', m], ['int32', d]], result === undefined ? raises('date') : ['date', result])
const old = (a: string | null, b: string | null, result: string | null, more: Partial<Case> = {}): Case => c([['timestamp', a], ['timestamp', b]], ['interval', result], more)
const clock = (parts: readonly (number | string | null)[], result: string | null | undefined): Case => c(parts.map((v, i): Typed => [i === 5 ? 'double' : 'int64', i === 5 || v === null ? v : String(v)]), result === undefined ? raises('timestamp') : ['timestamp', result])
const piece = (interval: string | null, result: string | null): Case => c([['interval', interval]], ['int64', result])

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
        trunc('week', at('2024-03-03'), '2024-02-26 00:00:00'), trunc('week', at('1969-05-29'), '1969-05-26 00:00:00'), trunc('day', at('2024-02-29'), '2024-02-29 00:00:00'), trunc('decade', at('2019-12-31'), '2010-01-01 00:00:00'), trunc('decade', at('0015-05-05 (BC)'), '0011-01-01 (BC) 00:00:00'), trunc('century', at('2024-05-05'), '2000-01-01 00:00:00'), trunc('millennium', at('1999-12-31'), '1000-01-01 00:00:00'), trunc('isoyear', at('2021-01-01'), '2019-12-30 00:00:00'), trunc('isoyear', at('2021-01-04'), '2021-01-04 00:00:00'),
      ]
    }),
    trunc('millisecond', ['timestamp', '1969-12-31 23:59:59.9995'], '1969-12-31 23:59:59.999'), trunc('us', ['timestamp', T], T), trunc('hour', ['timestamp', T], '1969-12-31 23:00:00'), trunc('minute', ['timestamp', T], '1969-12-31 23:59:00'), trunc('second', ['timestamp', T], '1969-12-31 23:59:59'), trunc('hour', ['date', '2024-02-29'], '2024-02-29 00:00:00'), trunc('second', ['timestamp', '2024-02-29 13:45:07.5'], '2024-02-29 13:45:07'),
    trunc('month', ['date', 'infinity'], 'infinity'), trunc('month', ['date', '-infinity'], '-infinity'), trunc('hour', ['timestamp', '-infinity'], '-infinity'), trunc('month', ['date', null], null), trunc('month', ['timestamptz', '2024-02-29T13:45:07.5Z'], '2024-02-01T00:00:00Z'),
    c([['string', 'month'], ['date', '2024-02-29']], ['date', '2024-02-01'], { alone: 'DuckDB gives a timestamp' }), c([['string', null], ['date', '2024-02-29']], ['timestamp', null], { alone: 'DuckDB binds NULL otherwise' }),
    c([['string', 'blue moon'], ['date', '2024-02-29']], raises('timestamp', 'RAISED')),
  ],
  millisecond: part({ '2024-02-29': '0' }, { [T]: '59999', '2024-02-29 13:45:07.5': '7500' }),
  microsecond: part({ '2024-02-29': '0' }, { [T]: '59999999', '2024-02-29 13:45:07.5': '7500000' }),
  decade: part({ '1999-12-31': '199', '2000-01-01': '200', '0001-01-01 (BC)': '0', '0012-01-01 (BC)': '-1', '0005-01-01': '0' }, { [T]: '196' }),
  century: part({ '2000-12-31': '20', '2001-01-01': '21', '0001-01-01': '1', '0001-01-01 (BC)': '-1', '0101-01-01 (BC)': '-2' }, { [T]: '20' }),
  millennium: part({ '2000-12-31': '2', '2001-01-01': '3', '0001-01-01 (BC)': '-1', '1001-01-01 (BC)': '-2' }, { [T]: '2' }),
  era: part({ '2000-12-31': '1', '0001-01-01': '1', '0001-12-31 (BC)': '0' }, { [T]: '1' }),
  isoyear: part({ '2021-01-01': '2020', '2021-01-04': '2021', '2020-12-31': '2020', '2018-12-31': '2019', '0001-01-01': '1', '0001-01-01 (BC)': '-1' }, { [T]: '1970' }),
  yearweek: part({ '2021-01-01': '202053', '2021-01-04': '202101', '2018-12-31': '201901', '0001-06-01 (BC)': '-22', '0005-06-01 (BC)': '-422' }, { [T]: '197001' }),
  epoch_ms: part({ '2021-01-01': '1609459200000', '1960-01-01': '-315619200000', '2739907-01-04': '86400946684800000', infinity: null }, { [T]: '0', '1969-12-31 23:59:58.5': '-1500', '2021-01-01 00:00:00.0019': '1609459200001' }),
  epoch_us: part({ '2021-01-01': '1609459200000000' }, { [T]: '-1' }),
  dayname: names({ '2024-02-26': 'Monday', '2024-02-27': 'Tuesday', '2024-02-28': 'Wednesday', '2024-02-29': 'Thursday', '2024-03-01': 'Friday', '2024-03-02': 'Saturday', '1969-12-28': 'Sunday', infinity: null }),
  monthname: names(Object.fromEntries(['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'].map((name, i) => [`1969-${String(i + 1).padStart(2, '0')}-28`, name]))),
  add_interval: [
    later(['date', '2024-01-31'], 1, 0, '0', '2024-02-29 00:00:00'), later(['date', '2024-01-31'], -1, -2, '0', '2023-12-29 00:00:00'), later(['date', '2024-01-31'], 0, 0, '129600000000', '2024-02-01 12:00:00'), later(['timestamp', '2024-03-31 10:00:00.5'], -1, 0, '0', '2024-02-29 10:00:00.5'),
    later(['timestamp', T], 2, 1, '1', '1970-03-02 00:00:00'), later(['timestamp', '2024-01-01 00:00:00'], 0, 0, '-1', '2023-12-31 23:59:59.999999'), later(['date', '0001-03-31'], -1200, 0, '0', '0100-03-31 (BC) 00:00:00'), later(['timestamptz', '2024-01-31T10:00:00Z'], 1, 0, '0', '2024-02-29T10:00:00Z', 'timestamptz'),
    later(['date', 'infinity'], 1, 1, '1', 'infinity'), later(['timestamp', '-infinity'], 0, 1, '0', '-infinity'), later(['date', null], 1, 0, '0', null), c([['timestamp', T], ['int32', null], ['int32', 0], ['int64', '0']], ['timestamp', null]),
    gone(['timestamp', '294247-01-10 04:00:54'], 0, 1, '0'), gone(['date', '5881580-07-10'], 0, 1, '0'), gone(['timestamp', '290309-12-22 (BC) 00:00:00'], 0, 0, '-1'), gone(['timestamp', '2024-01-01 00:00:00'], 2000000000, 0, '0'), gone(['timestamp', '2024-01-01 00:00:00'], 0, 2147483647, '0'),
  ],
  add_months: [
    c([['date', '2024-01-31'], ['int32', 1]], ['date', '2024-02-29']), c([['date', '2023-01-31'], ['int32', 1]], ['date', '2023-02-28']), c([['date', '2024-02-29'], ['int32', -12]], ['date', '2023-02-28']), c([['date', '1900-01-30'], ['int32', 1]], ['date', '1900-02-28']), c([['date', '2000-12-31'], ['int32', -1210]], ['date', '1900-02-28']),
    c([['date', 'infinity'], ['int32', 1]], ['date', 'infinity']), c([['date', null], ['int32', 1]], ['date', null]), c([['date', '5881580-07-10'], ['int32', 1]], raises('date')), c([['date', '2024-01-31'], ['int32', 2147483647]], raises('date')),
  ],
  date_diff: [
    apart('day', ['date', '2024-01-31'], ['date', '2024-02-29'], '29'), apart('month', ['date', '2024-01-31'], ['date', '2024-02-01'], '1'), apart('YEARS', ['timestamp', '2023-12-31 23:59:59'], ['timestamp', '2024-01-01 00:00:00'], '1'), apart('quarter', ['date', '2024-03-31'], ['date', '2024-04-01'], '1'), apart('quarter', ['date', '0005-12-01 (BC)'], ['date', '0005-01-01'], '32'),
    apart('week', ['date', '2024-01-07'], ['date', '2024-01-08'], '0'), apart('week', ['date', '2024-01-15'], ['date', '2024-01-02'], '-1'), apart('hour', ['timestamp', '1969-12-31 22:30:00'], ['timestamp', '1970-01-01 00:30:00'], '2'), apart('second', ['timestamp', '1969-12-31 23:59:58.5'], ['timestamp', '1969-12-31 23:59:59.5'], '1'), apart('millisecond', ['timestamp', T], ['timestamp', '1970-01-01 00:00:00'], '1'),
    apart('minute', ['timestamp', '2024-01-31 10:00:59'], ['timestamp', '2024-01-31 10:01:00'], '1'), apart('microsecond', ['timestamp', T], ['timestamp', '1970-01-01 00:00:00'], '1'), apart('decade', ['date', '1999-12-31'], ['date', '2000-01-01'], '1'), apart('decade', ['date', '0005-01-01 (BC)'], ['date', '0005-01-01'], '0'), apart('century', ['date', '1999-12-31'], ['date', '2000-01-01'], '1'),
    apart('millennium', ['date', '1999-12-31'], ['date', '2001-01-01'], '1'), apart('isoyear', ['date', '2020-12-31'], ['date', '2021-01-04'], '1'), apart('hour', ['date', '2024-01-02'], ['date', '2024-01-01'], '-24'), apart('day', ['timestamptz', '2024-01-01T23:00:00Z'], ['timestamptz', '2024-01-02T01:00:00Z'], '1'),
    apart('day', ['date', 'infinity'], ['date', '2024-01-01'], null), apart('month', ['timestamp', T], ['timestamp', '-infinity'], null), apart('day', ['date', null], ['date', '2024-01-01'], null), c([['string', 'blue moon'], ['date', '2024-02-29'], ['date', '2024-02-29']], raises('int64', 'RAISED')),
    c([['string', 'microsecond'], ['timestamp', '290309-12-22 (BC) 00:00:00'], ['timestamp', '294247-01-10 04:00:54']], raises('int64')),
  ],
  date_sub: [
    apart('month', ['date', '2024-01-31'], ['date', '2024-02-29'], '1'), apart('month', ['timestamp', '2024-01-31 10:00:00'], ['timestamp', '2024-02-29 09:00:00'], '0'), apart('month', ['timestamp', '2024-02-29 10:00:00'], ['timestamp', '2024-01-31 09:00:00'], '-1'), apart('month', ['timestamp', '2024-02-29 10:00:00'], ['timestamp', '2024-01-29 10:00:00'], '-1'),
    apart('year', ['date', '2020-02-29'], ['date', '2021-02-28'], '1'), apart('quarter', ['date', '2020-02-29'], ['date', '2021-02-28'], '4'), apart('decade', ['date', '2010-02-02'], ['date', '2020-02-01'], '0'), apart('isoyear', ['date', '2010-02-02'], ['date', '2020-02-02'], '10'), apart('week', ['timestamp', '2024-01-01 12:00:00'], ['timestamp', '2024-01-08 11:00:00'], '0'),
    apart('hour', ['timestamp', '2024-01-01 00:30:00'], ['timestamp', '2024-01-01 02:00:00'], '1'), apart('day', ['timestamp', '2024-01-02 01:00:00'], ['timestamp', '2024-01-01 02:00:00'], '0'), apart('century', ['date', '1900-01-01'], ['date', '2000-01-01'], '1'), apart('millennium', ['date', '1000-01-01'], ['date', '1999-12-31'], '0'),
    apart('day', ['date', '-infinity'], ['date', '2024-01-01'], null), apart('month', ['date', '2024-01-01'], ['date', null], null), c([['string', 'second'], ['timestamp', '290309-12-22 (BC) 00:00:00'], ['timestamp', '294247-01-10 04:00:54']], raises('int64')),
  ],
  last_day: [
    c([['date', '2024-02-03']], ['date', '2024-02-29']), c([['date', '1900-02-28']], ['date', '1900-02-28']), c([['date', '1969-12-31']], ['date', '1969-12-31']), c([['timestamp', '2023-02-03 10:00:00']], ['date', '2023-02-28']), c([['timestamptz', '2024-04-30T23:00:00Z']], ['date', '2024-04-30']),
    c([['date', 'infinity']], ['date', null]), c([['timestamp', '-infinity']], ['date', null]), c([['date', null]], ['date', null]),
  ],
  make_date: [
    made(2024, 2, 29, '2024-02-29'), made(0, 1, 1, '0001-01-01 (BC)'), made(-5, 2, 28, '0006-02-28 (BC)'), made(9999, 12, 31, '9999-12-31'), made(null, 1, 1, null), made(2024, null, 1, null), made(2023, 2, 29, undefined), made(2024, 13, 1, undefined), made(2024, 0, 1, undefined), made(2024, 1, 0, undefined), made(5881580, 7, 11, undefined), made(1900, 2, 29, undefined),
  ],
  epoch: [
    c([['date', '2024-02-29']], ['double', 1709164800]), c([['date', '1969-12-31']], ['double', -86400]), c([['timestamp', '1969-12-31 23:59:59.5']], ['double', -0.5]), c([['timestamp', '2024-02-29 13:45:07.123456']], ['double', 1709214307.123456]), c([['timestamp', 'infinity']], ['double', null]), c([['date', '-infinity']], ['double', null]), c([['date', null]], ['double', null]),
  ],
  age: [
    old('2024-03-01 10:00:00', '2024-01-31 23:00:00', 'P1MT11H'), old('2024-01-31 23:00:00', '2024-03-01 10:00:00', 'P-1MT-11H'), old('2024-03-31', '2024-02-29', 'P1M2D'), old('2024-03-01', '2024-01-31', 'P1M1D'), old('2024-01-01', '2024-01-01', 'PT0S'), old('2023-02-28 23:59:59.999999', '1999-03-01 00:00:00.5', 'P23Y11M27DT23H59M59.499999S'),
    old('0044-03-15 (BC)', '2024-01-01', 'P-2066Y-9M-17D', { alone: 'written before 1 AD' }), old('infinity', '2024-01-01', null), old('2024-01-01', '-infinity', null), old(null, '2024-01-01', null), old('2024-01-01', null, null),
  ],
  make_interval: [c([['int64', '2147483648'], ['int32', 0], ['int64', '0']], raises('interval')), c([['int64', '0'], ['uint32', 4294967295], ['int64', '0']], raises('interval')), c([['int32', 14], ['int32', -3], ['int64', '3600000000']], ['interval', 'P1Y2M-3DT1H']), c([['int8', 0], ['int16', 0], ['int32', 0]], ['interval', 'PT0S']), c([['int32', null], ['int32', 1], ['int64', '1']], ['interval', null]), c([['int32', -2147483648], ['int32', 2147483647], ['int64', '-9223372036854775808']], ['interval', 'P-178956970Y-8M2147483647DT-2562047788H-54.775808S'])],
  interval_months: [piece('P1Y2M3DT4H', '14'), piece('P-5M', '-5'), piece('PT1H', '0'), piece(null, null)],
  interval_days: [piece('P1Y2M3DT4H', '3'), piece('P-40D', '-40'), piece('PT1H', '0'), piece(null, null)],
  interval_micros: [piece('P1Y2M3DT4H0.5S', '14400500000'), piece('PT-0.000001S', '-1'), piece('P1D', '0'), piece(null, null)],
  make_timestamp: [
    c([['int64', '1500']], ['timestamp', '1970-01-01 00:00:00.0015']), c([['int64', MIN.int64]], raises('timestamp'), { alone: 'DuckDB makes what it cannot print' }), c([['int64', MAX.int64]], raises('timestamp')), c([['int32', -1]], ['timestamp', '1969-12-31 23:59:59.999999']), c([['int64', null]], ['timestamp', null]), c([['int64', '9223372036854775806']], ['timestamp', '294247-01-10 04:00:54.775806']),
    clock([2024, 2, 29, 23, 59, 59.5], '2024-02-29 23:59:59.5'), clock([2024, 2, 29, 24, 0, 0], '2024-03-01 00:00:00'), clock([2024, 2, 29, 24, 0, 0.5], undefined), clock([2024, 2, 29, 23, 59, 60], '2024-03-01 00:00:00'), clock([2024, 2, 29, 23, 59, 59.9999999], '2024-03-01 00:00:00'), clock([2024, 2, 29, 23, 59, 1.9999996], '2024-02-29 23:59:02'),
    clock([2024, 2, 30, 1, 1, 1], undefined), clock([2024, 2, 29, 23, 59, -0.5], undefined), clock([2024, 2, 29, 23, 59, 'NaN'], undefined), clock([2024, 2, 29, 23, 60, 0], undefined), clock([2024, 2, 29, 23, 59, 61], undefined), clock([294247, 1, 10, 4, 0, 54.775807], undefined), clock([2024, 2, 29, null, 59, 61], null),
    c([['int64', '1500']], ['timestamptz', '1970-01-01T00:00:00.0015Z'], { alone: 'another function there' }),
  ],
  julian: [c([['date', '2024-01-01']], ['double', 2460311]), c([['timestamp', '2024-01-01 12:00:00.5']], ['double', 2460311.5000057872]), c([['timestamptz', '2024-01-01T12:00:00Z']], ['double', 2460311.5]), c([['date', '0001-01-01']], ['double', 1721426]), c([['timestamp', '1969-12-31 18:00:00']], ['double', 2440587.75]), c([['date', 'infinity']], ['double', null]), c([['timestamp', '-infinity']], ['double', null]), c([['timestamp', null]], ['double', null])],
} as const satisfies Record<string, readonly Case[]>
