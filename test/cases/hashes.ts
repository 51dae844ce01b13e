/** Cases of src/operators/hashes.ts: values that Spark gives. */
import { c, type Case, type Typed } from './case.ts'

const alone = 'a hash of Spark'
const hash = (args: readonly Typed[], result: number): Case => c(args, ['int32', result], { alone })
const xx = (args: readonly Typed[], result: string): Case => c(args, ['int64', result], { alone })

export const HASHES = {
  hash: [
    hash([['int32', 1]], -559580957), hash([['int64', '1']], -1712319331), hash([['string', '']], 142593372), hash([['string', 'a']], 1485273170), hash([['string', 'é']], 2119106806),
    hash([['double', 1]], -460888942), hash([['double', 0]], -1670924195), hash([['double', '-0']], -1670924195), hash([['decimal(38,0)', '100000000000000000000']], 707288794),
    hash([['string', 'Spark'], ['int32', 123], ['int32', 2]], -1321691492), hash([['string', 'Spark'], ['int32', null], ['int32', 123], ['string', null], ['int32', 2]], -1321691492),
    hash([['int8', 1]], -559580957), hash([['int16', 1]], -559580957), hash([['uint8', 1]], -559580957), hash([['uint16', 1]], -559580957), hash([['bool', true]], -559580957), hash([['date', '1970-01-02']], -559580957),
    hash([['uint32', 1]], -1712319331), hash([['timestamp', '1970-01-01 00:00:00.000001']], -1712319331), hash([['timestamptz', '1970-01-01T00:00:00.000001Z']], -1712319331),
    hash([['decimal(5,2)', '0.01']], -1712319331), hash([['decimal(18,0)', '1']], -1712319331), hash([['int128', '100000000000000000000']], 707288794), hash([['null', null]], 42), hash([['int32', null]], 42),
  ],
  xxhash64: [xx([['string', 'Spark'], ['int32', 123], ['int32', 2]], '5602566077635097486'), xx([['string', 'Spark'], ['null', null], ['int8', 123], ['double', null], ['int16', 2]], '5602566077635097486'), xx([['int32', null]], '42')],
} as const satisfies Record<string, readonly Case[]>
