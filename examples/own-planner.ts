/**
 * An engine of one's own on arcweld: a query language of three words, its planner in twenty lines, and arcweld to run the
 * plans. Inputs are Arrow tables; neither SQL nor DuckDB is involved.
 */
import { tableFromArrays } from 'apache-arrow'
import { call, count, createBackend, desc, scan, sum, type Inputs, type Plan } from 'arcweld/backend'

/** `per` a column, of the sales of at least `from` euros: how many, how much, and which three lead. */
interface Question {
  readonly per: 'city' | 'product'
  readonly from: number
  readonly curve?: boolean
}

const sales = scan('sales', { city: 'string', product: 'string', euros: 'int32' })
const cities = scan('cities', { name: 'string', country: 'string' })

/** The planner: question → plan, plain JSON of the form docs/PLAN.md describes. */
const planOf = ({ per, from, curve }: Question): Plan => {
  const kept = sales.filter(({ euros }) => euros.ge(from))
  const grouped = kept.aggregate({ by: [per], n: count(), euros: sum('euros') })
  const top = grouped.topn([desc('euros')], 3)
  if (per === 'product') return curve ? top.extend(({ n }) => ({ score: call('ln', [n]).round(3) })).plan() : top.plan()
  return top.join(cities, { on: [['city', 'name']] }).select(['city', 'country', 'n', 'euros']).sort([desc('euros')]).plan()
}

const inputs: Inputs = {
  sales: tableFromArrays({
    city: ['Porto', 'Lyon', 'Porto', 'Graz', 'Lyon', 'Porto', 'Bergen'],
    product: ['tea', 'tea', 'ink', 'ink', 'tea', 'tea', 'ink'],
    euros: Int32Array.of(12, 30, 7, 25, 4, 18, 9),
  }),
  cities: tableFromArrays({ name: ['Porto', 'Lyon', 'Graz', 'Bergen'], country: ['PT', 'FR', 'AT', 'NO'] }),
}

const backend = await createBackend({ threads: 2, memory: '256MiB' })
try {
  for (const question of [{ per: 'city', from: 5 }, { per: 'product', from: 0 }, { per: 'product', from: 0, curve: true }] satisfies Question[]) {
    const plan = planOf(question)
    console.log(JSON.stringify(question))
    // Before anything runs, each stage says whether it has native code, and if not, why.
    for (const stage of backend.stages(plan)) {
      const checked = backend.check(stage)
      console.log(`  stage ${stage.id}: ${checked.native ? 'native' : checked.refusals.map((r) => `${r.code} ${r.node}: ${r.reason}`).join('; ')}`)
    }
    const result = await backend.run(plan, inputs)
    for (const row of await result.rows()) console.log(' ', Object.values(row).join(' '))
  }

  // One stage alone, as an engine with a scheduler of its own would run it: batches, as they come.
  const [first] = backend.stages(planOf({ per: 'city', from: 10 }))
  if (first) for await (const batch of backend.execute(backend.compile(first), inputs)) console.log(`stage ${first.id} alone: ${batch.numRows} rows`)
} finally {
  await backend.close()
}
