/**
 * Mark joins: each row that probes goes on once, with a bool that is true where it has a match, else NULL where a NULL leaves that
 * open, else false.
 *
 *   nothing is open          one probe
 *   by a condition           a second probe, for a row of which the condition is NULL
 *   by one key               a probe of the build rows whose key is NULL; where the probing key is NULL, of all build rows. Both are
 *                            kept by the other keys, and made from the tuples of the build
 */
import { both, either, FALSE, fresh, not, TRUE, valid } from '../../ir/build.ts'
import { type Ir, isOption } from '../../ir/nodes.ts'
import { type Body, sinkOf } from '../../ir/program.ts'
import { BOOL } from '../../layout/types.ts'
import type { JoinKey } from '../../plan/nodes.ts'
import { holds } from '../lower-expression.ts'
import type { Consume, Consumed, Row, StageContext } from '../stage.ts'
import type { Build } from './builds.ts'
import { openKeys } from './decided.ts'
import type { JoinNode } from './equalities.ts'
import { type BuildKey, probeKey } from './keys.ts'
import type { Side } from './sides.ts'

interface Found {
  readonly name: Ir
  readonly within: (next: Body) => Body
}

export const markRow = (node: JoinNode, probe: Side, build: Build, row: Row, consume: Consume, cx: StageContext): Consumed => {
  const keys = node.keys.map((k, i) => probeKey(cx.lower(probe.key(k), row), build.keys[i] as BuildKey, k))
  const present = keys.map((k) => k.present).reduce(both, TRUE)
  const find = (sink: number, key: readonly Ir[], residual: (built: string) => Ir): Found => {
    const [name, built] = [fresh('m'), cx.rowName()]
    const cond = residual(built)
    return {
      name: { ir: 'ident', type: 'bool', name },
      within: (next) => ({ body: 'probe', sink, key, row: built, kind: 'mark', ...(cond === TRUE ? {} : { residual: cond }), found: name, next }),
    }
  }
  const condition = (built: string): Ir => (node.residual ? cx.lower(node.residual, { columns: [...row.columns, ...build.columns(built)], bound: 0n }).ir : TRUE)
  const all = keys.map((k) => k.ir)
  const match = find(build.sink, all, (built) => both3(present, build.present(built), holds(condition(built))))
  const isNull = (k: JoinKey) => not(valid(cx.lower(probe.key(k), row).ir))
  const open = openOf(node, build, keys, isNull, match, condition, find, cx)
  const column = { type: BOOL, ir: open.mark }
  const rest = consume({ columns: [...row.columns, column], bound: row.bound })
  const body = [match, ...open.found].reduceRight((next, f) => f.within(next), rest.body)
  return { ...rest, body, operators: ['probe (mark)', ...rest.operators] }
}

/** Lazy: what a row without keys holds is not compared. */
const both3 = (...conditions: readonly Ir[]): Ir => conditions.filter((c) => c !== TRUE).reduceRight((rest, c) => (rest === TRUE ? c : { ir: 'binary', type: 'bool', op: '&&', left: c, right: rest }), TRUE)

/** The mark, and the probes beside that for a match which tell it. */
const openOf = (
  node: JoinNode, build: Build, keys: readonly { readonly ir: Ir; readonly present: Ir }[], isNull: (k: JoinKey) => Ir, match: Found, condition: (built: string) => Ir,
  find: (sink: number, key: readonly Ir[], residual: (built: string) => Ir) => Found, cx: StageContext,
): { readonly mark: Ir; readonly found: readonly Found[] } => {
  const marked = (unknown: Ir, found: readonly Found[]) => ({ mark: { ir: 'option', type: '?bool', value: match.name, valid: either(match.name, not(unknown)) } as Ir, found })
  if (node.residual) {
    if (!isOption(condition(cx.rowName()).type)) return { mark: match.name, found: [] }
    const unknown = find(build.sink, keys.map((k) => k.ir), (built) => both3(not(match.name), ...keys.map((k) => k.present), build.present(built), not(valid(condition(built)))))
    return marked(unknown.name, [unknown])
  }
  const [only] = openKeys(node, cx.leaf)
  if (!only) return { mark: match.name, found: [] }
  const at = node.keys.indexOf(only.key)
  const others = keys.filter((_, i) => i !== at)
  const agreeing = (rows: 'null' | 'all') => find(rowsOf(build, at, rows, cx), others.map((k) => k.ir), () => both3(...others.map((k) => k.present)))
  const nulls = only.right && build.present('') !== TRUE ? agreeing('null') : undefined
  const any = only.left ? agreeing('all') : undefined
  if (!nulls && !any) return { mark: match.name, found: [] }
  const unknown = either(nulls?.name ?? FALSE, any ? both(isNull(only.key), any.name) : FALSE)
  return marked(unknown, [nulls, any].filter((f) => f !== undefined))
}

/** A sink over the build's rows, or over those whose key at a position is NULL, by the other keys. */
const rowsOf = (build: Build, at: number, rows: 'null' | 'all', cx: StageContext): number => {
  const name = `${rows} ${at}`
  const known = build.others.get(name)
  if (known !== undefined) return known
  const row = cx.rowName()
  const key = build.keys.flatMap((k, index): Ir[] => (index === at ? [] : [{ ir: 'field', type: k.ir.type, row, index }]))
  const merge: Body = { body: 'merge', key, values: [] }
  const present: Ir = { ir: 'field', type: 'bool', row, index: build.mark - 1 }
  cx.pipelines.push({
    operators: [rows === 'null' ? 'build rows with NULL' : 'build rows', 'build'],
    source: { source: 'tuples', sink: build.sink },
    row,
    builder: { builder: 'groupmerger', key: key.map((k) => k.type), fields: [] },
    body: rows === 'null' ? { body: 'if', cond: not(present), next: merge } : merge,
  })
  const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  build.others.set(name, sink)
  return sink
}
