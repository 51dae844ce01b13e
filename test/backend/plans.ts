/** Arrow inputs and plans over them, written by the builder. */
import { Float64, Int32, Int64, Table, tableFromArrays, Utf8, vectorFromArray } from 'apache-arrow'
import { asc, count, desc, scan, sum } from 'arcweld/backend'

const ROWS = 5000
const COUNTRIES = ['DE', 'FR', 'IT', 'é']
const at = <T>(make: (i: number) => T): T[] => Array.from({ length: ROWS }, (_, i) => make(i))

/** id 0…4999, country (NULL each 10th), amount, big. */
export const orders = new Table({
  id: vectorFromArray(at((i) => i), new Int32()),
  country: vectorFromArray(at((i) => (i % 10 === 9 ? null : COUNTRIES[i % 4])), new Utf8()),
  amount: vectorFromArray(at((i) => (i % 100) * 0.25), new Float64()),
  big: vectorFromArray(at((i) => BigInt(i) * 1_000_000_007n), new Int64()),
})
export const countries = tableFromArrays({ code: ['DE', 'FR', 'IT'], name: ['Germany', 'France', 'Italy'] })

export const ORDERS = scan('orders', { id: 'int32', country: 'string', amount: 'double', big: 'int64' })
export const COUNTRY_NAMES = scan('countries', { code: 'string', name: 'string' })

/** Three stages: join and aggregate; sort; nothing falls back. */
export const report = ORDERS.filter(({ id }) => id.lt(4000))
  .join(COUNTRY_NAMES, { on: [['country', 'code']] })
  .aggregate({ by: ['name'], n: count(), total: sum('amount'), bigs: sum('big') })
  .sort([desc('total'), asc('name')])
  .plan()

/** What `report` gives, computed here. */
export const reported = ['Germany', 'France', 'Italy']
  .map((name, c) => {
    const ids = at((i) => i).filter((i) => i < 4000 && i % 10 !== 9 && i % 4 === c)
    return { name, n: BigInt(ids.length), total: ids.reduce((s, i) => s + (i % 100) * 0.25, 0), bigs: ids.reduce((s, i) => s + BigInt(i) * 1_000_000_007n, 0n) }
  })
  .toSorted((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))

