/** docs/PLAN.md: its example is what the builder makes, validates, and everything the registry holds is in it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planRules } from '../../src/execute/plan-rules.ts'
import { AGGREGATES } from '../../src/operators/aggregates.ts'
import { EXPRESSIONS } from '../../src/operators/expressions.ts'
import { EXPR_SHAPES, FLAG_SHAPES, JOIN_KINDS, NODE_SHAPES, SET_KINDS } from '../../src/plan/shapes.ts'
import { validatePlan } from '../../src/plan/validate.ts'
import { avg, count, desc, scan, sum, when } from '../../src/planners/builder.ts'
import { fencedBlocks } from '../docs/blocks.ts'

const text = readFileSync(new URL('../../docs/PLAN.md', import.meta.url), 'utf8')

test('the example', () => {
  const busy = scan('flights', { origin: 'string', delay: 'int64', distance: 'int32' })
    .filter(({ delay }) => delay.gt(30))
    .aggregate(({ distance }) => ({ by: ['origin'], n: count(), total: sum('delay'), mean: avg(distance) }))
  const plan = busy
    .join(scan('airports', { iata: 'string', city: 'string' }), { on: [['origin', 'iata']], kind: 'left' })
    .select(({ origin, city, n, mean }) => ({ origin, city: city.coalesce('?'), n, kind: when(mean.lt(500), 'short').otherwise('long') }))
    .topn([desc('n'), 'origin'], 10)
    .plan()
  const written = fencedBlocks(text).filter((block) => block.info[0] === 'json')
  expect(written).toHaveLength(1)
  expect(JSON.parse(written[0]!.text)).toEqual(plan)
  expect(validatePlan(JSON.parse(written[0]!.text), planRules)).toEqual(plan)
})

test('every node, expression, function, aggregate, join kind and flag is there', () => {
  for (const name of [...Object.keys(NODE_SHAPES), ...Object.keys(EXPR_SHAPES), ...Object.keys(FLAG_SHAPES)]) expect(text).toContain(`\n### ${name}\n`)
  for (const name of [...Object.keys(EXPRESSIONS), ...Object.keys(AGGREGATES), ...Object.keys(JOIN_KINDS), ...Object.keys(SET_KINDS)]) expect(text).toContain(`\n| \`${name}\` |`)
})
