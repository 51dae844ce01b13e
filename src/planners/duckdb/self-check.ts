/** For a DuckDB that the golden plans were not made with: one query whose plan must come out as with the tested one. */
import { INT32, STRING } from '../../layout/types.ts'
import type { SqlPlanner } from './sql-planner.ts'

const TABLE = 'arcweld self-check'
const QUERY = `SELECT b, sum(a) AS s, count(*) FROM "${TABLE}" WHERE a > 1 AND b IS NOT NULL GROUP BY b ORDER BY s DESC LIMIT 3`
const EXPECTED =
  '{"version":1,"names":["b","s","count_star()"],"root":{"op":"topn","input":{"op":"aggregate","input":{"op":"scan","table":"arcweld self-check","columns":[{"name":"a","type":"int32"},{"name":"b","type":"string"}],"filters":[{"expr":"call","fn":"gt","args":[{"expr":"column","index":0,"type":"int32"},{"expr":"literal","value":1,"type":"int32"}],"type":"bool"},{"expr":"call","fn":"is_not_null","args":[{"expr":"column","index":1,"type":"string"}],"type":"bool"}]},"groups":[{"expr":"column","index":1,"type":"string"}],"aggregates":[{"fn":"sum","args":[{"expr":"column","index":0,"type":"int32"}],"type":"int128"},{"fn":"count_star","args":[],"type":"int64"}]},"keys":[{"expr":{"expr":"column","index":1,"type":"int128"},"descending":true,"nullsFirst":false}],"limit":3}}'

/** Whether this planner makes the plan it is known to make. */
export const passesSelfCheck = async (planner: SqlPlanner): Promise<boolean> => {
  await planner.register(TABLE, {
    kind: 'stand-in',
    fields: [
      { name: 'a', type: INT32 },
      { name: 'b', type: STRING },
    ],
  })
  const { plan } = await planner.plan(QUERY)
  await planner.unregister(TABLE)
  return JSON.stringify(plan) === EXPECTED
}
