/** docs/SUPPORT.md: what has a native form and what falls back, told by the registry itself. */
export const path = 'docs/SUPPORT.md'

const dist = (file) => import(new URL(`../dist/${file}.js`, import.meta.url).href)
const cell = (text) => text.replaceAll('|', '\\|')
const table = (heads, rows) => [`| ${heads.join(' | ')} |`, `|${heads.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n')

const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double', 'decimal(18,4)', 'decimal(38,10)', 'date', 'timestamp', 'timestamptz', 'string']

export const render = async () => {
  const { EXPRESSIONS, CAST } = await dist('operators/expressions')
  const { AGGREGATES } = await dist('operators/aggregates')
  const { OPERATORS } = await dist('operators/relational/index')
  const { scalarFor } = await dist('operators/lowering')
  const { parseType } = await dist('layout/types')
  const { NODE_SHAPES } = await dist('plan/shapes')

  const native = ({ lower }) => (lower ? 'native' : 'interpreter')
  const expressions = Object.entries(EXPRESSIONS).map(([name, def]) => [`\`${name}\``, native(def)])
  const aggregates = Object.entries(AGGREGATES).map(([name, def]) => [`\`${name}\``, native(def)])
  /** An operator whose record refuses every node says so before it looks into one; a join depends on its kind. */
  const refusesAll = (name) => {
    let refused = false
    try {
      OPERATORS[name].produce({ kind: 'inner', keys: [{}] }, undefined, undefined, { refuse: () => { refused = true } })
    } catch {
      return refused
    }
    return refused
  }
  const operator = (name) => (name === 'shared' ? 'a stage of its own' : Object.hasOwn(OPERATORS, name) && !refusesAll(name) ? 'native' : 'interpreter')
  const operators = Object.keys(NODE_SHAPES).map((name) => [`\`${name}\``, operator(name)])

  // A value of unknown range, in a context that keeps nothing.
  const cx = { site: () => 0, param: (type) => ({ ir: 'param', type, index: 0 }), set: () => ({ ir: 'param', type: 'vec', index: 0 }) }
  const pair = (from, to) => {
    if (CAST.type(from, to) !== true) return ''
    const lowered = CAST.lower({ ir: cx.param(scalarFor(from)), type: from }, { from, to, onFailure: 'error' }, cx)
    return 'reason' in lowered ? 'interpreter' : 'native'
  }
  const types = TYPES.map(parseType)
  const casts = types.map((from, i) => [`\`${TYPES[i]}\``, ...types.map((to) => ({ native: '●', interpreter: '○', '': '' })[pair(from, to)])])

  return `# Support

Generated from the registry in \`src/operators\` by \`node tools/docs.mjs\`. *Native*: there is generated code, though types or flags
without any are refused with a reason and run on the interpreter, which \`explain\` says. *Interpreter*: the stage always falls
back. What is not listed is not known, and refused with its name.

## Operators

${table(['operator', ''], operators)}

## Aggregates

${table(['aggregate', ''], aggregates)}

## Expressions

Columns, literals and CASE are native; a JavaScript function runs on the interpreter. Lists, regular expressions, \`strftime\` and
\`reverse\` by grapheme clusters are not known to the planner.

${table(['expression', ''], expressions)}

## Casts

From the row's type to the column's: ● native, ○ interpreter, nothing: not defined.

${table(['', ...TYPES.map((t) => `\`${t}\``)], casts)}
`
}
