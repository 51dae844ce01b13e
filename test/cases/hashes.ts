/** Cases of src/operators/hashes.ts, values that Spark gives, and of bucket.ts. */
import { c, type Case, type Typed } from './case.ts'

const alone = 'a hash of Spark'
const hash = (args: readonly Typed[], result: number): Case => c(args, ['int32', result], { alone })
const xx = (args: readonly Typed[], result: string): Case => c(args, ['int64', result], { alone })

const bucket = (type: string, values: readonly Typed[1][], result: number | null): Case => c(values.map((v): Typed => [type, v]), ['int32', result], { alone: 'no function of DuckDB' })

export const HASHES = {
  hash: [
    hash([['int32', 1]], -559580957), hash([['int64', '1']], -1712319331), hash([['string', '']], 142593372), hash([['string', 'a']], 1485273170), hash([['string', 'é']], 2119106806),
    hash([['double', 1]], -460888942), hash([['double', 0]], -1670924195), hash([['double', '-0']], -1670924195), hash([['decimal(38,0)', '100000000000000000000']], 707288794),
    hash([['string', 'Spark'], ['int32', 123], ['int32', 2]], -1321691492), hash([['string', 'Spark'], ['int32', null], ['int32', 123], ['string', null], ['int32', 2]], -1321691492),
    hash([['int8', 1]], -559580957), hash([['int16', 1]], -559580957), hash([['uint8', 1]], -559580957), hash([['uint16', 1]], -559580957), hash([['bool', true]], -559580957), hash([['date', '1970-01-02']], -559580957),
    hash([['uint32', 1]], -1712319331), hash([['timestamp', '1970-01-01 00:00:00.000001']], -1712319331), hash([['timestamptz', '1970-01-01T00:00:00.000001Z']], -1712319331),
    hash([['decimal(5,2)', '0.01']], -1712319331), hash([['decimal(18,0)', '1']], -1712319331), hash([['int128', '100000000000000000000']], 707288794), hash([['null', null]], 42), hash([['int32', null]], 42),
    hash([['string', 'Spark'], ['array<int32>', '[123]'], ['int32', 2]], -1321691492), hash([['struct<a:string,b:map<int32,int16>>', '{"a":"Spark","b":[[123,2]]}']], -1321691492), hash([['array<array<decimal(38,0)>>', '[[],null,[null,"100000000000000000000"]]']], 707288794),
    hash([['array<double>', '["-0"]']], -1670924195), hash([['struct<>', '{}']], 42), hash([['array<string>', null]], 42), hash([['interval', 'P0D']], 1081828689),
  ],
  xxhash64: [xx([['string', 'Spark'], ['int32', 123], ['int32', 2]], '5602566077635097486'), xx([['string', 'Spark'], ['null', null], ['int8', 123], ['double', null], ['int16', 2]], '5602566077635097486'), xx([['int32', null]], '42'), xx([['string', 'Spark'], ['array<int32>', '[123,null]'], ['int32', 2]], '5602566077635097486'), xx([['struct<a:string,b:array<array<int8>>,c:date>', '{"a":"Spark","b":[[],[123,2]],"c":null}']], '5602566077635097486')],
  bucket: [
    bucket('int32', [5, 1, 5, 9], 3), bucket('int32', [0, 1, 5, 9], 0), bucket('int32', [7, 9, 1, 5, 5], 4), bucket('int32', [10, 1], 2), bucket('int32', [10], 0), bucket('int32', [null, 1, 5], null),
    bucket('int64', ['9223372036854775807', '-9223372036854775808', '9223372036854775807'], 3), bucket('decimal(38,2)', ['-1.00', '-99999999999999999999.00', '-1.01', '-0.99'], 4), bucket('int128', ['36893488147419103232', '1', '36893488147419103232'], 3),
    bucket('double', ['NaN', 1, 'Infinity'], 4), bucket('double', ['NaN', 1, 'NaN'], 3), bucket('double', [2, 1, 'NaN'], 2), bucket('double', ['-0', '-Infinity', 0, 'NaN'], 3), bucket('float', [1.5, 1.5], 1), bucket('double', ['NaN'], 0),
    bucket('string', ['b', 'a', 'b', '～'], 3), bucket('string', ['😀', '～'], 2), bucket('string', ['', 'a'], 0), bucket('string', ['', ''], 1), bucket('date', ['2024-02-29', '2024-02-28', '2024-03-01'], 2), bucket('bool', [true, false, true], 3),
  ],
} as const satisfies Record<string, readonly Case[]>
