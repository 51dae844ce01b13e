/** Cases of src/operators/arithmetic.ts. */
import { c, type Case, MAX, MIN, raises, same } from './case.ts'

const plan = 'only a plan asks for this behaviour'
const D = 'decimal(38,0)'
/** Real Spark's answers stand in test/operators/spark-decimals.test.ts. */
const rounded = 'DuckDB has no decimals of this scale for these'
const NULLS = { flags: { overflow: 'null' }, alone: plan } as const

export const ARITHMETIC = {
  add: [
    same('int32', [1, 2, 3]), same('int32', [null, 2, null]), same('int32', [1, null, null]), same('int8', [100, 27, 127]),
    c([['int8', 100], ['int8', 28]], raises('int8')), c([['int32', MAX.int32], ['int32', 1]], raises('int32')), c([['int32', MIN.int32], ['int32', -1]], raises('int32')),
    c([['uint8', 200], ['uint8', 56]], raises('uint8')), c([['int64', MAX.int64], ['int64', '1']], raises('int64')), same('int64', [MAX.int64, MIN.int64, '-1']),
    c([['uint64', MAX.uint64], ['uint64', '1']], raises('uint64')), same('uint64', ['18446744073709551614', '1', MAX.uint64]),
    c([['int128', MAX.int128], ['int128', '1']], raises('int128')), same('int128', [MAX.int64, '1', '9223372036854775808']),
    same('int32', [MAX.int32, 1, MIN.int32], { flags: { overflow: 'wrap' }, alone: plan }), same('int8', [100, 100, -56], { flags: { overflow: 'wrap' }, alone: plan }),
    same('uint8', [200, 100, 44], { flags: { overflow: 'wrap' }, alone: plan }), same('int64', [MAX.int64, '1', MIN.int64], { flags: { overflow: 'wrap' }, alone: plan }),
    same('uint64', [MAX.uint64, '2', '1'], { flags: { overflow: 'wrap' }, alone: plan }), same('int128', [MAX.int128, '1', MIN.int128], { flags: { overflow: 'wrap' }, alone: plan }),
    same('int32', [MAX.int32, 1, null], { flags: { overflow: 'null' }, alone: plan }), same('int64', [MAX.int64, '1', null], { flags: { overflow: 'null' }, alone: plan }),
    same('int128', [MAX.int128, '1', null], NULLS), same('int128', [MIN.int128, MAX.int128, '-1'], NULLS), same('int128', [MIN.int128, '-1', null], NULLS), same('int128', [MIN.int128, '0', MIN.int128], NULLS),
    same('double', [1.5, 2.25, 3.75]), same('double', [0.1, 0.2, 0.30000000000000004]), same('double', ['Infinity', '-Infinity', 'NaN']), same('double', ['-0', '-0', '-0']), same('double', ['-0', 0, 0]),
    same('float', [0.1, 0.2, 0.30000001192092896]), same('double', [null, 1, null]),
    c([['decimal(4,2)', '1.50'], ['decimal(4,2)', '2.25']], ['decimal(5,2)', '3.75']), c([[D, MAX.dec38], [D, '1']], raises(D)), c([[D, MAX.dec38], [D, MIN.dec38]], [D, '0']),
    c([[D, MAX.dec38], [D, '1']], [D, null], { flags: { overflow: 'null' }, alone: plan }),
    c([['decimal(10,2)', '1.05'], ['decimal(12,4)', '-2.1049']], ['decimal(13,3)', '-1.055'], { alone: rounded }), c([['decimal(38,10)', '9999999999999999999999999999.9999999999'], ['decimal(38,0)', '1']], ['decimal(38,6)', '10000000000000000000000000001.000000'], { alone: rounded }), c([['decimal(38,0)', MAX.dec38], ['decimal(38,38)', '0.5']], raises(D), { alone: rounded }),
    c([['date', '2024-02-28'], ['int32', 2]], ['date', '2024-03-01']), c([['int32', 366], ['date', '2024-01-01']], ['date', '2025-01-01']), c([['date', null], ['int32', 1]], ['date', null]),
    c([['date', '5881580-07-10'], ['int32', 2]], raises('date')), c([['date', '5881580-07-10'], ['int32', 1]], raises('date')), c([['date', 'infinity'], ['int32', 1]], ['date', 'infinity']), c([['int64', '-3000000000'], ['date', '-infinity']], ['date', '-infinity'], { alone: 'DuckDB casts first' }), c([['int32', 5], ['int64', '3000000000']], ['int64', '3000000005'], { alone: 'DuckDB casts first' }),
  ],
  subtract: [
    same('int32', [1, 2, -1]), same('int32', [null, 2, null]), c([['int32', MIN.int32], ['int32', 1]], raises('int32')), c([['uint8', 1], ['uint8', 2]], raises('uint8')),
    c([['uint64', '0'], ['uint64', '1']], raises('uint64')), c([['int64', MIN.int64], ['int64', '1']], raises('int64')), c([['int128', MIN.int128], ['int128', '1']], raises('int128')),
    same('int128', ['0', MIN.int128, null], NULLS), same('int128', ['-1', MIN.int128, MAX.int128], NULLS), same('int128', [MIN.int128, '1', null], NULLS),
    same('uint16', [0, 1, 65535], { flags: { overflow: 'wrap' }, alone: plan }), same('double', ['Infinity', 'Infinity', 'NaN']), same('double', [0, 0, 0]), same('double', ['-0', 0, '-0']), same('float', [0.3, 0.1, 0.20000001788139343]),
    c([['decimal(38,0)', MAX.dec38], ['decimal(38,38)', '0.4']], [D, MAX.dec38], { alone: rounded }), c([['decimal(38,18)', '1.5'], ['int32', 3]], ['decimal(38,6)', '-1.500000'], { alone: rounded }), c([[D, MIN.dec38], [D, '1']], [D, null], NULLS),
    c([['decimal(38,2)', '1.00'], ['decimal(38,2)', '2.50']], ['decimal(38,2)', '-1.50']), c([['decimal(12,2)', null], ['decimal(12,2)', '2.50']], ['decimal(13,2)', null]),
    c([['date', '2024-03-01'], ['int32', 1]], ['date', '2024-02-29']), c([['date', '1969-12-31'], ['int32', 2147483646]], raises('date')), c([['date', '-infinity'], ['int32', 1]], ['date', '-infinity']), c([['date', '2024-03-01'], ['date', '2023-03-01']], ['int64', '366']), c([['date', '0001-01-01'], ['date', '2024-01-01']], ['int64', '-738885']),
    c([['timestamp', '2024-03-01 10:00:00'], ['timestamp', '2024-01-31 23:00:00']], ['interval', 'P29DT11H']), c([['timestamp', '2024-01-31 23:00:00'], ['timestamp', '2024-03-01 10:00:00.5']], ['interval', 'P-29DT-11H-0.5S']), c([['timestamp', 'infinity'], ['timestamp', '2024-01-01']], raises('interval')), c([['timestamp', null], ['timestamp', '2024-01-01']], ['interval', null]),
    c([['timestamp', '290000-03-01 10:00:00'], ['timestamp', '200001-03-01 (BC) 10:00:00']], raises('interval'), { alone: 'written before 1 AD' }), c([['timestamptz', '2024-03-01T10:00:00Z'], ['timestamptz', '2024-01-31T23:00:00Z']], ['interval', 'P29DT11H']),
    c([['timestamp', '2024-03-01 10:00:00'], ['timestamp', '2024-03-01 09:59:59.5']], ['interval_day_time', 'PT0.5S'], { alone: 'one unit' }), c([['timestamp', '2024-01-31 23:00:00'], ['timestamp', '2024-03-01 10:00:00']], ['interval_day_time', 'P-29DT-11H'], { alone: 'one unit' }),
  ],
  multiply: [
    same('int32', [6, 7, 42]), same('int32', [null, 7, null]), c([['int32', 65536], ['int32', 32768]], raises('int32')), same('int32', [-65536, 32768, MIN.int32]), c([['int8', 16], ['int8', 8]], raises('int8')),
    c([['int64', '4294967296'], ['int64', '2147483648']], raises('int64')), same('int64', ['4294967296', '-2147483648', MIN.int64]), c([['uint64', '4294967296'], ['uint64', '4294967296']], raises('uint64')),
    same('uint64', ['4294967295', '4294967297', MAX.uint64]), c([['int128', MAX.int128], ['int128', '2']], raises('int128')), same('int128', [MAX.int64, MAX.int64, '85070591730234615847396907784232501249']),
    same('int64', ['4294967297', '4294967297', '8589934593'], { flags: { overflow: 'wrap' }, alone: plan }), same('int128', [MAX.int128, '2', '-2'], { flags: { overflow: 'wrap' }, alone: plan }),
    same('double', [1.5, -2, -3]), same('double', [0, -1, '-0']), same('double', ['Infinity', 0, 'NaN']), same('float', [0.1, 0.1, 0.010000000707805157]),
    c([['decimal(4,2)', '1.50'], ['decimal(4,3)', '-2.125']], ['decimal(8,5)', '-3.18750']), c([['decimal(15,2)', '104949.50'], ['decimal(15,2)', '0.93']], ['decimal(18,4)', '97603.0350']),
    c([['decimal(19,0)', '9999999999999999999'], ['decimal(19,0)', '9999999999999999999']], [D, '99999999999999999980000000000000000001']), c([[D, MAX.dec38], [D, '2']], raises(D)),
    same('int128', ['-1', MIN.int128, null], NULLS), same('int128', [MIN.int128, '-1', null], NULLS), same('int128', [MIN.int128, '1', MIN.int128], NULLS), same('int128', ['18446744073709551616', '-9223372036854775808', MIN.int128], NULLS), same('int128', ['18446744073709551616', '9223372036854775808', null], NULLS), same('int128', ['0', MIN.int128, '0'], NULLS),
    c([[D, MAX.dec38], [D, MAX.dec38]], [D, null], NULLS), c([['decimal(38,19)', '0.1234567890123456789'], ['decimal(38,19)', '0.9876543210987654321']], ['decimal(38,6)', '0.121933'], { alone: rounded }), c([['decimal(38,19)', '-1.5'], ['decimal(38,19)', '0.5']], ['decimal(38,1)', '-0.8'], { alone: rounded }),
  ],
  divide: [
    same('double', [7, 2, 3.5]), same('double', [null, 2, null]), same('double', [1, 0, 'Infinity']), same('double', [-1, 0, '-Infinity']), same('double', [0, 0, 'NaN']), same('double', [1, '-0', '-Infinity']),
    same('double', ['NaN', 2, 'NaN']), same('float', [1, 3, 0.3333333432674408]), same('double', [1, 0, null], { flags: { divideByZero: 'null' }, alone: plan }), same('double', [1, '-0', null], { flags: { divideByZero: 'null' }, alone: plan }),
    c([['double', 1], ['double', 0]], raises('double', 'DIVIDE_BY_ZERO'), { flags: { divideByZero: 'error' }, alone: plan }), same('double', [6, 4, 1.5], { flags: { divideByZero: 'error' } }),
    c([['float', 1], ['float', 0]], raises('float', 'DIVIDE_BY_ZERO'), { flags: { divideByZero: 'error' }, alone: plan }),
    c([['decimal(10,2)', '1'], ['decimal(12,4)', '3']], ['decimal(27,15)', '0.333333333333333'], { alone: rounded }), c([['decimal(38,0)', '-2'], ['decimal(38,0)', '3']], ['decimal(38,6)', '-0.666667'], { alone: rounded }), c([['decimal(38,18)', '12345678901234567890.123456789012345678'], ['decimal(38,18)', '0.000000000000000007']], ['decimal(38,6)', null], { flags: { overflow: 'null' }, alone: rounded }),
    c([[D, MAX.dec38], ['decimal(38,38)', '0.00000000000000000000000000000000000001']], raises('decimal(38,6)'), { alone: rounded }), c([['decimal(10,2)', '1'], ['decimal(10,2)', '0']], ['decimal(23,13)', null], { alone: rounded }), c([['decimal(10,2)', '1'], ['decimal(10,2)', '0']], raises('decimal(23,13)', 'DIVIDE_BY_ZERO'), { flags: { divideByZero: 'error' }, alone: rounded }), c([['int32', 5], ['int32', -2]], ['decimal(5,0)', '-3'], { alone: rounded }),
  ],
  int_divide: [
    same('int32', [7, 2, 3]), same('int32', [-7, 2, -3]), same('int32', [7, -2, -3]), same('int32', [7, 0, null]), same('int32', [null, 0, null]), c([['int32', MIN.int32], ['int32', -1]], raises('int32')),
    c([['int8', -128], ['int8', -1]], raises('int8')), c([['int64', MIN.int64], ['int64', '-1']], raises('int64')), same('int64', [MIN.int64, '1', MIN.int64]), same('uint64', [MAX.uint64, '2', '9223372036854775807']),
    same('int128', ['100000000000000000000', '3', '33333333333333333333']), same('int128', ['-100000000000000000000', '7', '-14285714285714285714']),
    c([['int32', 7], ['int32', 0]], raises('int32', 'DIVIDE_BY_ZERO'), { flags: { divideByZero: 'error' }, alone: plan }), same('int32', [MIN.int32, -1, MIN.int32], { flags: { overflow: 'wrap' }, alone: plan }),
    same('int32', [MIN.int32, -1, null], { flags: { overflow: 'null' }, alone: plan }),
  ],
  modulo: [
    same('int32', [7, 3, 1]), same('int32', [-7, 3, -1]), same('int32', [7, -3, 1]), same('int32', [7, 0, null]), same('int32', [null, 3, null]), c([['int32', MIN.int32], ['int32', -1]], raises('int32')),
    same('int64', [MIN.int64, '10', '-8']), c([['int64', MIN.int64], ['int64', '-1']], raises('int64')), same('int32', [5, -1, 0]), same('uint64', [MAX.uint64, '10', '5']), same('int128', ['-100000000000000000001', '10', '-1']),
    same('decimal(5,2)', ['7.50', '2.00', '1.50']), same('decimal(5,2)', ['7.50', '0.00', null]), same('double', [7.5, 2, 1.5]), same('double', [-7.5, 2, -1.5]), same('double', [7, 0, 'NaN']), same('double', [-4, 2, '-0']),
    c([['decimal(10,2)', '7'], ['decimal(12,4)', '3']], ['decimal(12,4)', '1.0000'], { alone: rounded }), c([['decimal(38,0)', MIN.dec38], ['decimal(38,38)', '0.3']], ['decimal(38,37)', '0.0000000000000000000000000000000000000'], { alone: rounded }), c([['decimal(10,2)', '-7.25'], ['int32', 0]], ['decimal(10,2)', null], { alone: rounded }),
  ],
  negate: [
    same('int32', [5, -5]), same('int32', [0, 0]), same('int32', [null, null]), c([['int32', MIN.int32]], raises('int32')), c([['int8', -128]], raises('int8')), c([['int64', MIN.int64]], raises('int64')), same('int64', [MAX.int64, '-9223372036854775807']),
    c([['int128', MIN.int128]], raises('int128')), same('int32', [MIN.int32, MIN.int32], { flags: { overflow: 'wrap' }, alone: plan }), same('double', [0, '-0']), same('double', ['NaN', 'NaN']), same('decimal(5,2)', ['1.25', '-1.25']), same('float', [1.5, -1.5]),
  ],
  abs: [
    same('int32', [-5, 5]), same('int32', [5, 5]), same('int32', [null, null]), c([['int32', MIN.int32]], raises('int32')), c([['int8', -128]], raises('int8')), c([['int64', MIN.int64]], raises('int64')), same('int64', ['-9223372036854775807', MAX.int64]),
    c([['int128', MIN.int128]], raises('int128')), same('int128', ['-170141183460469231731687303715884105727', MAX.int128]), same('uint8', [200, 200]), same('double', ['-0', 0]), same('double', ['-Infinity', 'Infinity']), same('decimal(38,10)', ['-1.0000000001', '1.0000000001']), same('float', [-1.5, 1.5]),
    same('int32', [MIN.int32, MIN.int32], { flags: { overflow: 'wrap' }, alone: plan }), same('int128', [MIN.int128, null], NULLS),
  ],
  sign: [
    c([['int32', -5]], ['int8', -1]), c([['int64', '0']], ['int8', 0]), c([['uint64', MAX.uint64]], ['int8', 1]), c([['int128', MIN.int128]], ['int8', -1]), c([['double', 'NaN']], ['int8', 0]), c([['double', '-0']], ['int8', 0]), c([['float', -0.5]], ['int8', -1]),
    c([['decimal(3,2)', '0.01']], ['int8', 1]), c([['int32', null]], ['int8', null]),
  ],
} as const satisfies Record<string, readonly Case[]>
