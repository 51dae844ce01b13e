/** Cases of src/operators/math.ts. */
import { c, type Case, holds, MAX, MIN, raises, same } from './case.ts'

const ZERO = { alone: 'DuckDB gives 0 for digits beyond the type' } as const
const NULLS = { flags: { overflow: 'null' }, alone: 'the plan says what happens' } as const
const digits = (type: string, x: any, n: number, to: string, result: any, more: Partial<Case> = {}): Case => c([[type, x], ['int32', n]], [to, result], more)

export const MATH = {
  round: [
    same('double', [2.5, 3]), same('double', [-2.5, -3]), same('double', [0.49999999999999994, 0]), same('double', ['-0', '-0']), same('double', [-0.3, '-0']), same('double', ['NaN', 'NaN']), same('double', ['-Infinity', '-Infinity']), same('double', [4503599627370495.5, 4503599627370496]), same('double', [null, null]),
    same('float', [1.5, 2]), c([['decimal(3,1)', '99.5']], ['decimal(3,0)', '100']), c([['decimal(2,1)', '-0.5']], ['decimal(2,0)', '-1']), c([['decimal(38,10)', '1.4999999999']], ['decimal(38,0)', '1']), same('int32', [5, 5]),
    digits('double', 1.005, 2, 'double', 1), digits('double', 2.675, 2, 'double', 2.68), digits('double', 1234.5, -2, 'double', 1200), digits('double', 1e300, 10, 'double', 1e300), digits('double', 'Infinity', -2, 'double', 0), digits('double', 'NaN', 2, 'double', 'NaN'),
    digits('double', '-0', 2, 'double', '-0'), digits('double', -1.255, 2, 'double', -1.25), digits('float', 1.255, 2, 'float', 1.25), digits('double', null, 2, 'double', null), digits('decimal(10,3)', '1234.565', 2, 'decimal(10,2)', '1234.57'), digits('decimal(10,3)', '-1234.565', 2, 'decimal(10,2)', '-1234.57'),
    digits('decimal(10,3)', '1250.000', -2, 'decimal(10,0)', '1300'), digits('decimal(10,3)', '1234.567', 5, 'decimal(10,3)', '1234.567'), digits('decimal(7,3)', '9999.567', -4, 'decimal(7,0)', '10000', ZERO),
    digits('int32', 1250, -2, 'int32', 1300), digits('int32', -1250, -2, 'int32', -1300), digits('int32', 1249, -2, 'int32', 1200), digits('int32', 5, 3, 'int32', 5), digits('int64', '15', -1, 'int64', '20'), digits('int16', 1250, -5, 'int16', 0),
    digits('int128', '123456789012345678901234567890', -10, 'int128', '123456789012345678900000000000'), digits('int128', MIN.int128, -38, 'int128', null, { ...NULLS }), digits('int128', MIN.int128, -39, 'int128', '0'), digits('int128', '-45', -1, 'int128', '-50'), digits('int128', MAX.int128, -3, 'int128', null, { ...NULLS }),
    digits('int128', MAX.int128, -3, 'int128', '-170141183460469231731687303715884105456', { flags: { overflow: 'wrap' }, alone: 'the plan says what happens' }), digits('decimal(38,2)', '999999999999999999999999999999999999.99', -36, 'decimal(38,0)', '1000000000000000000000000000000000000', ZERO), digits('decimal(38,3)', '99999999999999999999999999999999999.500', -35, 'decimal(38,0)', '100000000000000000000000000000000000', ZERO),
    digits('decimal(38,38)', '0.5', -1, 'decimal(38,0)', '0'), digits('decimal(10,3)', '1234.567', 2, 'decimal(10,0)', '1235', { alone: 'rounded twice' }), digits('decimal(10,3)', null, 1, 'decimal(10,1)', null), digits('int64', MIN.int64, -18, 'int64', '-9000000000000000000', { alone: 'DuckDB wraps' }), digits('int64', MAX.int64, -40, 'int64', '0'), digits('uint64', MAX.uint64, -1, 'uint64', null, { ...NULLS }),
    digits('double', 1e-300, 320, 'double', 1e-300), digits('double', 1.5, -400, 'double', 0), c([['double', 2.345], ['int64', MIN.int64]], ['double', 0], { alone: 'no INTEGER' }), c([['double', 2.345], ['int8', 1]], ['double', 2.3]),
    c([['int8', 127], ['int32', -1]], raises('int8'), { alone: 'DuckDB wraps' }), c([['int64', MAX.int64], ['int32', -1]], raises('int64'), { alone: 'DuckDB wraps' }),
  ],
  ceil: [
    same('double', [1.2, 2]), same('double', [-1.2, -1]), same('double', [-0.5, '-0']), same('double', ['NaN', 'NaN']), same('float', [1.5, 2]), same('double', [null, null]), c([['decimal(2,1)', '9.5']], ['decimal(2,0)', '10']), c([['decimal(2,1)', '-9.5']], ['decimal(2,0)', '-9']),
    c([['decimal(2,1)', '9.0']], ['decimal(2,0)', '9']), c([['decimal(38,1)', '1.5']], ['decimal(38,0)', '2']), c([['decimal(38,1)', null]], ['decimal(38,0)', null]),
  ],
  floor: [
    same('double', [1.8, 1]), same('double', [-1.2, -2]), same('double', ['-0', '-0']), same('double', ['-Infinity', '-Infinity']), same('float', [-1.5, -2]), same('double', [null, null]), c([['decimal(2,1)', '-9.5']], ['decimal(2,0)', '-10']), c([['decimal(2,1)', '9.5']], ['decimal(2,0)', '9']),
    c([['decimal(38,20)', '-0.00000000000000000001']], ['decimal(38,0)', '-1']),
  ],
  sqrt: [same('double', [2, Math.SQRT2]), same('double', [0, 0]), same('double', ['-0', '-0']), same('double', ['NaN', 'NaN']), same('double', ['Infinity', 'Infinity']), c([['double', -1]], raises('double')), same('double', [null, null])],
  pow: [same('double', [2, 10, 1024]), same('double', [2, 0.5, Math.SQRT2]), same('double', [0, -1, 'Infinity']), same('double', [-8, 0.5, 'NaN']), same('double', [1, 'NaN', 1]), same('double', [-1, 'Infinity', 1]), same('double', ['NaN', 0, 1]), same('double', [null, 2, null])],
  exp: [same('double', [0, 1]), same('double', [1, Math.E]), same('double', [1000, 'Infinity']), same('double', ['-Infinity', 0]), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  ln: [same('double', [1, 0]), same('double', [0.5, -Math.LN2]), same('double', ['Infinity', 'Infinity']), same('double', ['NaN', 'NaN']), c([['double', 0]], raises('double')), c([['double', -1]], raises('double')), same('double', [null, null])],
  log10: [same('double', [1000, 3]), same('double', [0.01, -2]), c([['double', 0]], raises('double')), c([['double', -1]], raises('double')), same('double', [null, null])],
  trunc: [
    same('double', [-1.5, -1]), same('double', [1.9, 1]), same('double', ['-0', '-0']), same('double', [-0.5, '-0']), same('double', ['NaN', 'NaN']), same('float', [2.7, 2]), same('double', [null, null]), same('int32', [-7, -7]),
    c([['decimal(5,2)', '1.57']], ['decimal(5,0)', '1']), c([['decimal(5,2)', '-1.99']], ['decimal(5,0)', '-1']), c([['decimal(38,20)', '-0.99999999999999999999']], ['decimal(38,0)', '0']),
    digits('double', 1234.5678, 2, 'double', 1234.56), digits('double', -1234.5678, -2, 'double', -1200), digits('double', 1e300, 10, 'double', 1e300), digits('double', 'Infinity', -2, 'double', 'Infinity'), digits('double', 'NaN', 2, 'double', 'NaN'), digits('float', 1e5, -9, 'float', 0), digits('double', null, 2, 'double', null), digits('double', 2.9, -400, 'double', 2.9),
    digits('decimal(10,3)', '1234.567', 2, 'decimal(10,2)', '1234.56'), digits('decimal(10,3)', '-1234.567', -2, 'decimal(10,0)', '-1200'), digits('decimal(10,3)', '1234.567', -9, 'decimal(10,0)', '0'), digits('decimal(10,3)', '1234.567', 5, 'decimal(10,3)', '1234.567'), digits('decimal(38,10)', '1234567890123456789012345678.9999999999', -20, 'decimal(38,0)', '1234567800000000000000000000'),
    digits('int32', 1299, -2, 'int32', 1200), digits('int64', '-1299', -2, 'int64', '-1200'), digits('int8', 127, -9, 'int8', 0), digits('int32', 12, 2, 'int32', 12), digits('int128', MIN.int128, -38, 'int128', '-100000000000000000000000000000000000000'), digits('uint64', MAX.uint64, -1, 'uint64', '18446744073709551610'),
  ],
  cbrt: [same('double', [-8, -2]), same('double', [27, 3]), same('double', ['-0', '-0']), same('double', ['NaN', 'NaN']), same('double', ['-Infinity', '-Infinity']), same('double', [null, null])],
  log2: [same('double', [1024, 10]), same('double', [0.125, -3]), same('double', ['NaN', 'NaN']), c([['double', 0]], raises('double')), c([['double', '-0']], raises('double')), c([['double', -1]], raises('double')), same('double', [null, null])],
  log: [same('double', [2, 8, 3]), same('double', [0.5, 8, -3]), same('double', [10, 'Infinity', 'Infinity']), same('double', [2, 'NaN', 'NaN']), c([['double', 1], ['double', 8]], raises('double')), c([['double', 0], ['double', 8]], raises('double')), c([['double', 2], ['double', -8]], raises('double')), same('double', [null, 8, null]), same('double', [2, null, null])],
  sin: [same('double', [0, 0]), same('double', ['-0', '-0']), same('double', [1, 0.8414709848078965]), same('double', [-2.5, -0.5984721441039564]), same('double', ['NaN', 'NaN']), c([['double', 'Infinity']], raises('double')), same('double', [null, null])],
  cos: [same('double', [0, 1]), same('double', [1, 0.5403023058681398]), same('double', ['NaN', 'NaN']), c([['double', '-Infinity']], raises('double')), same('double', [null, null])],
  tan: [same('double', [0, 0]), same('double', ['-0', '-0']), same('double', [1, 1.5574077246549023]), same('double', ['NaN', 'NaN']), c([['double', 'Infinity']], raises('double')), same('double', [null, null])],
  cot: [same('double', [1, 0.6420926159343306]), same('double', ['NaN', 'NaN']), c([['double', 0]], raises('double')), c([['double', '-0']], raises('double')), c([['double', 'Infinity']], raises('double')), same('double', [null, null])],
  asin: [same('double', [1, Math.PI / 2]), same('double', ['-0', '-0']), same('double', [0.5, 0.5235987755982989]), same('double', ['NaN', 'NaN']), c([['double', 1.5]], raises('double')), c([['double', '-Infinity']], raises('double')), same('double', [null, null])],
  acos: [same('double', [1, 0]), same('double', [-1, Math.PI]), same('double', ['NaN', 'NaN']), c([['double', -1.5]], raises('double')), same('double', [null, null])],
  atan: [same('double', [1, Math.PI / 4]), same('double', ['-0', '-0']), same('double', ['-Infinity', -Math.PI / 2]), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  atan2: [same('double', [1, 1, Math.PI / 4]), same('double', ['-0', 0, '-0']), same('double', [0, -1, Math.PI]), same('double', ['-0', -1, -Math.PI]), same('double', ['NaN', 1, 'NaN']), same('double', ['Infinity', 'Infinity', Math.PI / 4]), same('double', [null, 1, null]), same('double', [1, null, null])],
  sinh: [same('double', [0, 0]), same('double', [1, 1.1752011936438014]), same('double', [1000, 'Infinity']), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  cosh: [same('double', [0, 1]), same('double', [1, 1.5430806348152437]), same('double', [-1000, 'Infinity']), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  tanh: [same('double', [0, 0]), same('double', [1, 0.7615941559557649]), same('double', ['-Infinity', -1]), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  asinh: [same('double', [0, 0]), same('double', ['-0', '-0']), same('double', [1, 0.881373587019543]), same('double', ['-Infinity', '-Infinity']), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  acosh: [same('double', [1, 0]), same('double', [2, 1.3169578969248166]), same('double', [0.5, 'NaN']), same('double', ['Infinity', 'Infinity']), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  atanh: [same('double', [0, 0]), same('double', [0.5, 0.5493061443340548]), same('double', [1, 'Infinity']), same('double', [-1, 'Infinity']), c([['double', 1.5]], raises('double')), c([['double', '-Infinity']], raises('double')), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  degrees: [same('double', [1, 57.29577951308232]), same('double', [Math.PI, 180]), same('double', ['-0', '-0']), same('double', ['NaN', 'NaN']), same('double', [null, null])],
  radians: [same('double', [1, 0.017453292519943295]), same('double', [180, Math.PI]), same('double', ['Infinity', 'Infinity']), same('double', [null, null])],
  is_nan: [holds('double', ['NaN', true]), holds('double', [1, false]), holds('float', ['NaN', true]), holds('float', ['Infinity', false]), holds('double', [null, null])],
  is_infinite: [holds('double', ['Infinity', true]), holds('double', ['-Infinity', true]), holds('double', ['NaN', false]), holds('float', ['Infinity', true]), holds('float', [1, false]), holds('double', [null, null])],
  is_finite: [holds('double', ['Infinity', false]), holds('double', ['NaN', false]), holds('double', [-1.5, true]), holds('float', ['-Infinity', false]), holds('float', ['-0', true]), holds('double', [null, null])],
} as const satisfies Record<string, readonly Case[]>
