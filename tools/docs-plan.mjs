/** docs/PLAN.md from the shapes of src/plan, the registry of src/operators, and one example made by the builder. */
export const path = 'docs/PLAN.md'

const dist = (file) => import(new URL(`../dist/${file}.js`, import.meta.url).href)

/** The example, as an author writes it; below it stands what it makes. */
export const EXAMPLE = `const busy = scan('flights', { origin: 'string', delay: 'int64', distance: 'int32' })
  .filter(({ delay }) => delay.gt(30))
  .aggregate(({ distance }) => ({ by: ['origin'], n: count(), total: sum('delay'), mean: avg(distance) }))
const plan = busy
  .join(scan('airports', { iata: 'string', city: 'string' }), { on: [['origin', 'iata']], kind: 'left' })
  .select(({ origin, city, n, mean }) => ({ origin, city: city.coalesce('?'), n, kind: when(mean.lt(500), 'short').otherwise('long') }))
  .topn([desc('n'), 'origin'], 10)
  .plan()`

export const NAMES = ['avg', 'count', 'desc', 'scan', 'sum', 'when']

/** Literals of each type: an example or two, and a word about the form. */
const LITERALS = [
  ['bool', [true, false], ''],
  ['int8', [-5], 'a number; so are int16, int32, uint8, uint16 and uint32'],
  ['int64', ['-5', '9007199254740993'], 'digits as a text; so are int128 and uint64'],
  ['decimal(5,2)', ['12.50', '-3.00'], 'a text, with no more digits after the point than the scale'],
  ['float', [1.5, 'NaN', '-Infinity', '-0'], 'a number, rounded to 32 bits; what JSON has no number for is a text'],
  ['double', [1.5, 'NaN', 'Infinity', '-0'], 'as float'],
  ['date', ['2024-02-29', 'infinity'], 'a text; years before 1 as `0044-03-15 (BC)`'],
  ['timestamp', ['2024-02-29 13:45:00.5'], 'a text, to the microsecond; also `infinity`, `-infinity`'],
  ['timestamptz', ['2024-02-29T13:45:00Z'], 'a text, with `Z` or an offset'],
  ['string', ['any text'], ''],
  ['binary', ['00ff'], 'hexadecimal digits'],
  ['interval', ['P1Y2M3DT4H5M6.5S', 'P-1M', 'PT0S'], 'ISO 8601, every part with its own sign; so are the other intervals, with the parts that they have'],
  ['array<int64>', ['["-5",null]'], 'JSON in a text, as `rows({ json: true })` gives it'],
  ['struct<a:double,b:string>', ['{"a":1.5,"b":null}'], 'as array; a field that is left out is NULL'],
  ['map<string,date>', ['[["k","2024-02-29"]]'], 'as array, a list of entries'],
]

const cell = (text) => text.replaceAll('|', '\\|')
const table = (heads, rows) => [`| ${heads.join(' | ')} |`, `|${heads.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n')
const fieldTable = (fields) => table(['field', ''], Object.entries(fields).map(([name, { doc, optional }]) => [`\`${name}\`${optional ? ' (optional)' : ''}`, doc]))
const sections = (shapes, level) => Object.entries(shapes).map(([name, { doc, fields }]) => `${'#'.repeat(level)} ${name}\n\n${doc}\n\n${fieldTable(fields)}`).join('\n\n')

/** JSON with what is short on one line. */
const written = (value, indent = '') => {
  const short = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')
  if (short.length + indent.length <= 120 || typeof value !== 'object' || value === null) return short
  const inner = `${indent}  `
  const parts = Array.isArray(value) ? value.map((v) => `${inner}${written(v, inner)}`) : Object.entries(value).map(([k, v]) => `${inner}${JSON.stringify(k)}: ${written(v, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

const example = async () => {
  const builder = await dist('planners/builder')
  return new Function(...NAMES, `${EXAMPLE}\nreturn plan`)(...NAMES.map((name) => builder[name]))
}

export const render = async () => {
  const shapes = await dist('plan/shapes')
  const { MAX_DEPTH } = await dist('plan/validate-expressions')
  const { PLAN_VERSION } = await dist('plan/nodes')
  const { EXPRESSIONS, CAST } = await dist('operators/expressions')
  const { AGGREGATES } = await dist('operators/aggregates')
  const { WINDOWS } = await dist('operators/windows')
  const { parseLiteral } = await dist('layout/literal')
  const { MAX_TYPE_DEPTH, parseType } = await dist('layout/types')
  for (const [type, values] of LITERALS) for (const value of values) parseLiteral(value, parseType(type))

  const native = ({ lower }) => (lower ? 'yes' : '')
  const functions = Object.entries(EXPRESSIONS).map(([name, def]) => [`\`${name}\``, def.doc, (def.flags ?? []).map((flag) => `\`${flag}\``).join(', '), native(def)])
  const aggregates = Object.entries(AGGREGATES).map(([name, def]) => [`\`${name}\``, def.doc, native(def)])
  const windows = Object.entries(WINDOWS).map(([name, def]) => [`\`${name}\``, def.doc, def.options.map((option) => `\`${option}\``).join(', '), native(def)])
  const flags = Object.entries(shapes.FLAG_SHAPES).map(([name, { doc, values }]) => {
    const list = typeof values === 'string' ? `It is ${values}.` : table(['value', ''], Object.entries(values).map(([value, text]) => [`\`"${value}"\``, text]))
    return `### ${name}\n\n${doc}\n\n${list}`
  })

  return `# Plans

Generated from \`src/plan\` and \`src/operators\` by \`node tools/docs.mjs\`.

A plan is a JSON document: a tree of physical operators that a planner has bound and optimised. Nothing in it is decided
again: a column is a position, every expression has its type, and where planners differ in what an operation means, the plan
says which is meant. \`backend.run\`, \`backend.stages\` and \`arcweld run plan.json\` take it; the types \`Plan\`, \`PlanNode\` and
\`Expr\` of \`arcweld/backend\` describe it, and a builder there writes it.

${fieldTable(shapes.PLAN_FIELDS)}

## Version

This is version ${PLAN_VERSION}. A release that reads a version reads every document of it that an earlier release read, with the same meaning.
New operators, functions, flags and optional fields come without a new version: a release that does not know one refuses it,
and never ignores it. A change of meaning, a field that is renamed or newly required, is a new version; a document of another
version is refused with PLAN_VERSION.

## An example

The builder's calls, in names:

\`\`\`ts run
import { ${NAMES.join(', ')} } from 'arcweld/backend'

${EXAMPLE}

console.log(plan.names.join(' '))
\`\`\`

prints

\`\`\`text
origin city n kind
\`\`\`

and the plan is

\`\`\`json
${written(await example())}
\`\`\`

The builder infers types as DuckDB does (the sum of integers is an int128, decimals widen), casts where operands differ, and
gives a bare JavaScript value the type of what stands beside it; \`lit(value, type)\` says another. A name that is wrong throws
UNKNOWN_COLUMN at the line that says it. A filter directly above a scan becomes one of the scan's filters, and a limit
directly above a sort makes it a topn; else a call is a node.

Inputs stand below one another with \`union\`, \`intersect\` and \`except\`; \`sets\` are grouping sets, whose last column tells the set,
\`expand\` makes several rows of one, \`window\` adds ranks, other rows' values and aggregates over frames, and what \`shared\` gives is computed once, wherever it stands:

\`\`\`ts run
import { count, createBackend, maxBy, sum, values } from 'arcweld/backend'

const sales = values({ shop: 'string', day: 'int32', sold: 'int64' }, [['north', 1, 5n], ['north', 2, 9n], ['south', 1, 7n]]).shared()
const more = values({ shop: 'string', day: 'int32', sold: 'int64' }, [['south', 3, 1n]])
const plan = sales
  .union(more, sales)
  .sets([['shop'], []], { by: ['shop'], n: count(), sold: sum('sold'), best: maxBy('day', 'sold') })
  .sort(['set', 'shop'])
  .plan()
const backend = await createBackend({ threads: 1 })
for (const row of await (await backend.run(plan, {})).rows()) console.log(row.set, row.shop, \`${"$"}{row.n} ${"$"}{row.sold}\`, row.best)
await backend.close()
\`\`\`

prints

\`\`\`text
0 north 4 28 2
0 south 3 15 1
1 null 7 43 2
\`\`\`

## Types

\`null\`, \`bool\`, \`int8\`, \`int16\`, \`int32\`, \`int64\`, \`int128\`, \`uint8\`, \`uint16\`, \`uint32\`, \`uint64\`, \`float\`, \`double\`,
\`decimal(p,s)\` with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p, \`date\`, \`timestamp\` and \`timestamptz\` (microseconds), \`string\` (UTF-8), \`binary\`,
\`interval_year_month\` (months, 32 bits), \`interval_day_time\` (microseconds, 64 bits), and the packed types: \`interval\` (months, days and
microseconds that do not convert into each other), \`array<int32>\`, \`map<string,int64>\`, \`struct<a:int32,"field two":array<string>>\`. They
are written in just this way; a field's name that is no word of letters, digits and \`_\` stands in double quotes, a quote in it doubled,
and types nest at most ${MAX_TYPE_DEPTH} deep. \`null\` is the type of a NULL that has no other. Any column may hold NULLs, whatever its type.

A value of a packed type is bytes, in the form that Spark's UnsafeRow has for it (\`src/layout/unsafe-row.ts\`). Operators pass them on; as
keys of groups and joins two values are equal where their bytes are, so that in them 0 and −0 differ, and an interval of 30 days from one of a
month. Who wants floats within keys to be equal as numbers normalises them below, as Spark's plans do. Packed values have no order and
do not compare. \`binary\` is ordered by unsigned bytes.

## Nodes

A node has \`op\`, the fields below, and no others. Its output is a list of columns, which the expressions of the node above
address by position.

${sections(shapes.NODE_SHAPES, 3)}

### Parts of nodes

A column of \`scan\` and \`values\`:

${fieldTable(shapes.COLUMN_FIELDS)}

How an exchange divides rows; a \`partitioning\` is \`{"kind", …}\`:

${table(['kind', '', 'fields'], Object.entries(shapes.PARTITIONINGS).map(([kind, { doc, fields }]) => [`\`${kind}\``, doc, Object.entries(fields).map(([name, f]) => `\`${name}\`: ${f.doc}`).join(' ')]))}

A sort key:

${fieldTable(shapes.SORT_FIELDS)}

An aggregate call; as an output column it has its \`type\`:

${fieldTable(shapes.AGGREGATE_FIELDS)}

A window call; as an output column it has its \`type\`:

${fieldTable(shapes.WINDOW_FIELDS)}

A frame, its bounds, and what the offsets of each unit are:

${fieldTable(shapes.FRAME_FIELDS)}

${fieldTable(shapes.BOUND_FIELDS)}

${table(['unit', 'offsets'], Object.entries(shapes.FRAME_UNITS).map(([unit, doc]) => [`\`"${unit}"\``, doc]))}

A join key:

${fieldTable(shapes.KEY_FIELDS)}

The kinds of joins:

${table(['kind', 'what it puts out'], Object.entries(shapes.JOIN_KINDS).map(([kind, doc]) => [`\`${kind}\``, doc]))}

The kinds of set operations:

${table(['kind', 'what it puts out'], Object.entries(shapes.SET_KINDS).map(([kind, doc]) => [`\`${kind}\``, doc]))}

## Expressions

An expression has \`expr\`, \`type\`, the fields below, and no others. Rows that a filter, a \`case\`, or an earlier argument of
\`and\`, \`or\` or \`coalesce\` excludes never raise. An expression whose result nothing reads need not be evaluated, and so need
not raise.

${sections(shapes.EXPR_SHAPES, 3)}

### Literals

\`null\` is the NULL of any type. Else:

${table(['type', 'for example', ''], LITERALS.map(([type, values, doc]) => [`\`${type}\``, values.map((v) => `\`${JSON.stringify(v)}\``).join(', '), doc]))}

## Functions

By \`fn\` of a \`call\`. Unless its sentence says otherwise a function is NULL where an argument is. A stage that calls one
without native code runs on the interpreter; \`backend.check\` says so for the whole stage, and for types that native code
does not take.

${table(['function', '', 'flags', 'native'], functions)}

\`cast\`: ${CAST.doc}

## Aggregates

By \`fn\` of an aggregate call. Rows whose argument is NULL do not count, unless the sentence says otherwise.

${table(['aggregate', '', 'native'], aggregates)}

## Window functions

Every aggregate, and those below. Results of aggregates with a FILTER or DISTINCT are as those of an aggregate node; sums of floats
are added in the order of the frame where it begins with its partition, else rows are taken together in blocks of 16, 256, … of a
partition first.

${table(['function', '', 'reads', 'native'], windows)}

## Flags

Where planners differ in what a function means, its call says it. A flag that the function does not read is refused.

${flags.join('\n\n')}

## Stages

\`backend.stages(plan)\` cuts a plan at the outputs of aggregates, windows, sorts, top-ns, limits and exchanges; each part is native or interpreted
as a whole. In a stage the output of an earlier one stands as \`{"op": "input", "stage", "columns"}\`, and \`execute\` takes it as
the input \`stage:<number>\`. That node is not part of documents.

## What is refused

A document may come from anywhere: all of it is checked before anything runs. Errors name the place as \`position\`, a path
such as \`$.root.exprs[2].type\`. A field that is missing, surplus or of another form, a column out of range or of another type
than it claims, a literal that is no value of its type: INVALID_PLAN. A type: UNSUPPORTED_TYPE. An operator, kind of expression
or kind of join that is not listed here: UNSUPPORTED_PLAN. A function, aggregate or cast that is not, or not for these types:
UNSUPPORTED_FUNCTION. Nodes and expressions are each nested at most ${MAX_DEPTH} deep.

Codes: [ERRORS.md](ERRORS.md). Values in results: [VALUES.md](VALUES.md).
`
}
