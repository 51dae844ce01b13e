/** What validation refuses and where it says so; that no document makes it fail in another way. */
import { describe, expect, test } from 'vitest'
import { PlanError, UnsupportedError } from '../../src/errors.ts'
import { planRules as rules } from '../../src/execute/plan-rules.ts'
import { validatePlan } from '../../src/plan/validate.ts'
import { count, desc, scan, sum, values, when } from '../../src/planners/builder.ts'
import { random, type Random, randomQuery } from './random-query.ts'

const base = (): any => {
  const cities = values({ iata: 'string', n: 'int64' }, [['JFK', 1], [null, 2]])
  const plan = scan('flights', { delay: 'int64', origin: 'string', price: 'decimal(9,2)' })
    .filter(({ delay }) => delay.gt(30))
    .join(cities, { on: [['origin', 'iata']], where: (l, r) => l.delay.ne(r.n) })
    .filter(({ price }) => price.add(1).lt(100))
    .select(({ origin, price, delay }) => ({ origin, price, late: when(delay.gt(60), 'very').otherwise('little'), delay: delay.cast('int32') }))
    .aggregate(({ price, delay }) => ({ by: ['origin', 'late'] as const, n: count(), total: sum(price).where(delay.gt(0)) }))
    .topn([desc('n')], 10)
    .plan()
  return JSON.parse(JSON.stringify(plan))
}
// topn → aggregate → project → filter → join → scan, values
const aggregate = (p: any) => p.root.input
const project = (p: any) => aggregate(p).input
const filter = (p: any) => project(p).input
const join = (p: any) => filter(p).input
const A = '$.root.input'
const P = `${A}.input`
const F = `${P}.input`
const J = `${F}.input`

const ONE = { op: 'values', columns: [{ name: 'a', type: 'int32' }], rows: [[1]] }
const failing = (document: unknown, withRules = true): any => {
  try {
    validatePlan(document, withRules ? rules : undefined)
  } catch (error) {
    return error
  }
  return undefined
}

test('the document passes, and is given back', () => {
  const plan = base()
  expect(validatePlan(plan, rules)).toBe(plan)
})

describe('refused, with the place', () => {
  test.each<[string, (p: any) => unknown, string, string, RegExp]>([
    ['version', (p) => (p.version = 2), 'PLAN_VERSION', '$.version', /version 2; this release reads version 1/],
    ['no version', (p) => delete p.version, 'INVALID_PLAN', '$', /lacks `version`/],
    ['surplus', (p) => (p.extra = 1), 'INVALID_PLAN', '$.extra', /no field `extra`, only `version`, `names`, `root`/],
    ['names: too few', (p) => p.names.pop(), 'INVALID_PLAN', '$.names', /3 names for 4 columns/],
    ['names: twice', (p) => (p.names[1] = p.names[0]), 'INVALID_PLAN', '$.names[1]', /two columns have the name "origin"/],
    ['names: a number', (p) => (p.names[0] = 7), 'INVALID_PLAN', '$.names[0]', /must be a text, not 7/],
    ['root: a list', (p) => (p.root = []), 'INVALID_PLAN', '$.root', /a node must be an object, not a list/],
    ['no op', (p) => delete p.root.op, 'INVALID_PLAN', '$.root.op', /`op` must be a text, not undefined/],
    ['input of a stage', (p) => (p.root = { op: 'input', stage: 0, columns: [] }), 'INVALID_PLAN', '$.root.op', /only in stages/],
    ['missing field', (p) => delete p.root.keys, 'INVALID_PLAN', '$.root', /topn lacks `keys`/],
    ['surplus field', (p) => (project(p).predicate = null), 'INVALID_PLAN', `${P}.predicate`, /project has no field `predicate`/],
    ['__proto__', (p) => Object.defineProperty(p.root, '__proto__', { value: {}, enumerable: true }), 'INVALID_PLAN', '$.root.__proto__', /no field `__proto__`/],
    ['limit', (p) => (p.root.limit = -1), 'INVALID_PLAN', '$.root.limit', /integer from 0, not -1/],
    ['limit: null', (p) => (p.root.limit = null), 'INVALID_PLAN', '$.root.limit', /not null/],
    ['limit: unsafe', (p) => (p.root.limit = 2 ** 53), 'INVALID_PLAN', '$.root.limit', /integer from 0/],
    ['offset', (p) => (p.root.offset = 1.5), 'INVALID_PLAN', '$.root.offset', /not 1.5/],
    ['no sort key', (p) => (p.root.keys = []), 'INVALID_PLAN', '$.root.keys', /no sort key/],
    ['sort key', (p) => (p.root.keys[0].descending = 'yes'), 'INVALID_PLAN', '$.root.keys[0].descending', /true or false, not "yes"/],
    ['column out of range', (p) => (p.root.keys[0].expr.index = 4), 'INVALID_PLAN', '$.root.keys[0].expr.index', /no column 4: the input has the columns 0 to 3/],
    ['column of another type', (p) => (p.root.keys[0].expr.type = 'int32'), 'INVALID_PLAN', '$.root.keys[0].expr.type', /column 2 is of type int64, not int32/],
    ['no type', (p) => (project(p).exprs[0].type = 'varchar'), 'UNSUPPORTED_TYPE', `${P}.exprs[0].type`, /"varchar" is not a type/],
    ['type in another spelling', (p) => (project(p).exprs[1].type = 'decimal(9, 2)'), 'INVALID_PLAN', `${P}.exprs[1].type`, /is written decimal\(9,2\)/],
    ['aggregate type', (p) => (aggregate(p).aggregates[1].type = 7), 'INVALID_PLAN', `${A}.aggregates[1].type`, /name of a type, not 7/],
    ['aggregate filter', (p) => (aggregate(p).aggregates[1].filter = { expr: 'literal', value: 1, type: 'int32' }), 'INVALID_PLAN', `${A}.aggregates[1].filter`, /must be a bool, not int32/],
    ['nothing aggregated', (p) => Object.assign(aggregate(p), { groups: [], aggregates: [] }), 'INVALID_PLAN', A, /at least one/],
    ['case', (p) => (project(p).exprs[2].when = []), 'INVALID_PLAN', `${P}.exprs[2].when`, /at least one branch/],
    ['case: results', (p) => (project(p).exprs[2].else = { expr: 'literal', value: 1, type: 'int8' }), 'INVALID_PLAN', `${P}.exprs[2].else`, /of type string, this result of int8/],
    ['case: condition', (p) => (project(p).exprs[2].when[0].if = { expr: 'column', index: 1, type: 'string' }), 'INVALID_PLAN', `${P}.exprs[2].when[0].if`, /must be a bool, not string/],
    ['cast', (p) => (project(p).exprs[3].onFailure = 'zero'), 'INVALID_PLAN', `${P}.exprs[3].onFailure`, /one of "error", "null", not "zero"/],
    ['predicate', (p) => (filter(p).predicate = { expr: 'column', index: 0, type: 'int64' }), 'INVALID_PLAN', `${F}.predicate`, /must be a bool, not int64/],
    ['literal', (p) => (filter(p).predicate.args[1].value = '1.005'), 'INVALID_PLAN', `${F}.predicate.args[1].value`, /"1.005" is no literal of type decimal\(/],
    ['literal: an object', (p) => (filter(p).predicate.args[1].value = {}), 'INVALID_PLAN', `${F}.predicate.args[1].value`, /not an object/],
    ['half a surrogate', (p) => (project(p).exprs[2].else.value = '\ud800'), 'INVALID_PLAN', `${P}.exprs[2].else.value`, /surrogate/],
    ['flag', (p) => (filter(p).predicate.args[0].flags = { overflow: 'maybe' }), 'INVALID_PLAN', `${F}.predicate.args[0].flags.overflow`, /one of "error", "wrap", "null", not "maybe"/],
    ['flag: wrap', (p) => (filter(p).predicate.args[0].flags = { overflow: 'wrap' }), 'INVALID_PLAN', `${F}.predicate.args[0].flags.overflow`, /only integers wrap/],
    ['flag: not read', (p) => (filter(p).predicate.flags = { escape: '!' }), 'INVALID_PLAN', `${F}.predicate.flags.escape`, /lt does not read the flag `escape`/],
    ['flag: unknown', (p) => (filter(p).predicate.flags = { dialect: 'x' }), 'INVALID_PLAN', `${F}.predicate.flags.dialect`, /no field `dialect`/],
    ['join keys', (p) => (join(p).keys[0].right = { expr: 'column', index: 1, type: 'int64' }), 'INVALID_PLAN', `${J}.keys[0]`, /string and int64 cannot be equal/],
    ['join key: side', (p) => (join(p).keys[0].right = { expr: 'column', index: 2, type: 'string' }), 'INVALID_PLAN', `${J}.keys[0].right.index`, /no column 2/],
    ['residual', (p) => (join(p).residual.args[1].index = 5), 'INVALID_PLAN', `${J}.residual.args[1].index`, /no column 5: the input has the columns 0 to 4/],
    ['scan: columns twice', (p) => (join(p).left.columns[1].name = 'delay'), 'INVALID_PLAN', `${J}.left.columns[1]`, /"delay" is listed twice/],
    ['scan: table', (p) => (join(p).left.table = ''), 'INVALID_PLAN', `${J}.left.table`, /empty/],
    ['scan: filters', (p) => (join(p).left.filters = {}), 'INVALID_PLAN', `${J}.left.filters`, /must be a list, not an object/],
    ['shared: later', (p) => (p.shared = [{ op: 'shared', index: 0, columns: [] }]), 'INVALID_PLAN', '$.shared[0].index', /no shared plan 0 before this node, only 0/],
    ['shared: columns', (p) => Object.assign(p, { shared: [ONE], root: { op: 'shared', index: 0, columns: [] } }), 'INVALID_PLAN', '$.root.columns', /0 columns, and the shared plan has 1/],
    ['shared: types', (p) => Object.assign(p, { shared: [ONE], root: { op: 'shared', index: 0, columns: [{ name: 'x', type: 'int64' }] } }), 'INVALID_PLAN', '$.root.columns[0]', /of type int32, not int64/],
    ['values: width', (p) => join(p).right.rows[1].pop(), 'INVALID_PLAN', `${J}.right.rows[1]`, /1 values for 2 columns/],
    ['values: literal', (p) => (join(p).right.rows[1][1] = 'two'), 'INVALID_PLAN', `${J}.right.rows[1][1]`, /"two" is no literal of type int64/],
  ])('%s', (_, change, code, position, message) => {
    const plan = base()
    change(plan)
    const error = failing(plan)
    expect(error).toBeInstanceOf(PlanError)
    expect({ code: error.code, position: error.position }).toEqual({ code, position })
    expect(error.message).toMatch(message)
  })

  test.each<[string, (p: any) => unknown, string, RegExp]>([
    ['operator', (p) => (p.root.op = 'sample'), 'UNSUPPORTED_PLAN', /"sample" is not an operator \(at \$\.root\.op\)/],
    ['prototype name', (p) => (p.root.op = 'constructor'), 'UNSUPPORTED_PLAN', /"constructor" is not an operator/],
    ['expression', (p) => (filter(p).predicate.expr = 'lambda'), 'UNSUPPORTED_PLAN', /"lambda" is not a kind of expression/],
    ['join kind', (p) => (join(p).kind = 'asof'), 'UNSUPPORTED_PLAN', /"asof" is not a kind of join/],
    ['function', (p) => (filter(p).predicate.fn = 'regexp'), 'UNSUPPORTED_FUNCTION', /there is no function "regexp" \(at \$\.root\.input\.input\.input\.predicate\.fn\)/],
    ['function: arguments', (p) => (filter(p).predicate.fn = 'lower'), 'UNSUPPORTED_FUNCTION', /lower\(decimal/],
    ['aggregate', (p) => (aggregate(p).aggregates[1].fn = 'median'), 'UNSUPPORTED_FUNCTION', /there is no aggregate "median"/],
    ['aggregate: result', (p) => (aggregate(p).aggregates[1].type = 'double'), 'UNSUPPORTED_FUNCTION', /no sum\(decimal\(9,2\)\) with result double/],
    ['cast', (p) => Object.assign(project(p).exprs[3], { type: 'date' }), 'UNSUPPORTED_FUNCTION', /cast\(int64 → date\)/],
  ])('not supported: %s', (_, change, code, message) => {
    const plan = base()
    change(plan)
    const error = failing(plan)
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.refusals).toHaveLength(1)
  })

  test('without rules functions are not judged', () => {
    const plan = base()
    filter(plan).predicate.fn = 'regexp'
    expect(failing(plan, false)).toBeUndefined()
  })

  test.each([[undefined], [null], [1], ['{}'], [[]], [true], [() => 1]])('%s is no plan', (document) => {
    expect(failing(document)).toMatchObject({ code: 'INVALID_PLAN', position: '$' })
  })
})

describe('size', () => {
  const scanText = '{"op":"scan","table":"t","columns":[{"name":"a","type":"bool"}]}'
  const deep = (open: string, inner: string, close: string, n: number) => JSON.parse(`${open.repeat(n)}${inner}${close.repeat(n)}`)

  test('nesting is bounded, of nodes and of expressions', () => {
    for (const n of [1000, 100_000]) {
      const root = deep('{"op":"limit","limit":1,"input":', scanText, '}', n)
      expect(failing({ version: 1, names: ['a'], root })).toMatchObject({ code: 'INVALID_PLAN', message: expect.stringMatching(/more than 256 deep/) })
      const predicate = deep('{"expr":"call","fn":"not","type":"bool","args":[', '{"expr":"column","index":0,"type":"bool"}', ']}', n)
      expect(failing({ version: 1, names: ['a'], root: { op: 'filter', predicate, input: JSON.parse(scanText) } })).toMatchObject({ code: 'INVALID_PLAN', message: expect.stringMatching(/more than 256 deep/) })
      const lists = deep('[', '', ']', n)
      expect(failing({ version: 1, names: lists, root: lists })).toMatchObject({ code: 'INVALID_PLAN' })
    }
    expect(failing({ version: 1, names: ['a'], root: deep('{"op":"limit","limit":1,"input":', scanText, '}', 200) })).toBeUndefined()
  })

  test('an object that holds itself ends', () => {
    const node: any = { op: 'join', kind: 'inner', keys: [] }
    node.left = node.right = node
    expect(failing({ version: 1, names: ['a'], root: node })).toMatchObject({ code: 'INVALID_PLAN' })
    let twice: unknown = JSON.parse(scanText)
    for (let i = 0; i < 40; i++) twice = { op: 'join', kind: 'semi', keys: [], left: twice, right: twice }
    expect(failing({ version: 1, names: ['a'], root: twice })).toMatchObject({ code: 'INVALID_PLAN', message: expect.stringMatching(/more than 250000 parts/) })
  })
})

/** Changes one place of a document: drops, replaces, swaps or adds. */
const mutate = (r: Random, document: any): void => {
  const places: [any, string | number][] = []
  const walk = (x: any): void => {
    if (typeof x !== 'object' || x === null) return
    for (const key of Object.keys(x)) {
      places.push([x, Array.isArray(x) ? Number(key) : key])
      walk(x[key])
    }
  }
  walk(document)
  const [holder, key] = r.pick(places)
  const [otherHolder, otherKey] = r.pick(places)
  const junk = [null, true, 0, -1, 1e308, 2 ** 53, '', 'x', '\ud800', 'constructor', '__proto__', 'hasOwnProperty', 'int64', 'decimal(99,2)', [], {}, [[]], { op: 'scan' }, { expr: 'column' }, undefined]
  switch (r.int(5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      return
    case 1:
      holder[key] = r.pick(junk)
      return
    case 2:
      holder[key] = structuredClone((otherHolder as any)[otherKey])
      return
    case 3:
      if (Array.isArray(holder)) holder.push(structuredClone((holder as any)[key]))
      else holder[`${key}x`] = 1
      return
    default:
      if (typeof holder[key] === 'number') holder[key] += r.pick([-1, 1, 0.5])
      else if (typeof holder[key] === 'string') holder[key] = holder[key].slice(1)
  }
}

describe('fuzz', () => {
  const first = Number(process.env['SEED'] ?? 1)

  test('what the builder makes validates, but for casts that do not exist', () => {
    let valid = 0
    for (let seed = first; seed < first + 200; seed++) {
      const plan = JSON.parse(JSON.stringify(randomQuery(random(seed)).plan()))
      const error = failing(plan)
      if (error === undefined) valid++
      else expect({ seed, code: error.code, message: error.message }).toMatchObject({ code: 'UNSUPPORTED_FUNCTION', message: expect.stringMatching(/^cast\(/) })
    }
    expect(valid).toBeGreaterThan(100)
  })

  test('a changed document passes, or raises one of the errors of plans', () => {
    const codes = new Map<string, number>()
    const documents = Array.from({ length: 100 }, (_, i) => JSON.stringify(i % 3 === 0 ? base() : randomQuery(random(first + i), 3).plan()))
    for (let seed = first; seed < first + 2000; seed++) {
      const r = random(seed)
      const plan = JSON.parse(r.pick(documents))
      for (let i = 1 + r.int(2); i > 0; i--) mutate(r, plan)
      const error = failing(plan)
      const code = error === undefined ? 'valid' : error instanceof PlanError || error instanceof UnsupportedError ? error.code : `seed ${seed}: ${String(error?.stack)}`
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    expect([...codes.keys()].sort()).toEqual(['INVALID_PLAN', 'PLAN_VERSION', 'UNSUPPORTED_FUNCTION', 'UNSUPPORTED_PLAN', 'UNSUPPORTED_TYPE', 'valid'])
  })
})
