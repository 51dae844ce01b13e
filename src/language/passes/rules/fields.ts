/** Structs: what is taken apart is not put together, and branches on constants. */
import { field, letIn, name, struct } from '../../build.ts'
import type { Expr } from '../../nodes.ts'
import { codes, isLiteral } from '../facts.ts'
import { substitute } from '../names.ts'
import { rule } from '../rule.ts'

const nulls = 'Values pass unchanged.'
const floats = 'Values pass unchanged, bit for bit.'

export const fields = [
  rule({
    name: 'struct-field', on: 'field', nulls, floats,
    doc: '{a, b}.$0 is a.',
    overflow: 'Only where the fields that are left out cannot raise.',
    rewrite: (e) => (e.of.expr === 'struct' && e.of.fields.every((f, i) => i === e.index || codes(f) === 0) ? e.of.fields[e.index] : undefined),
  }),
  rule({
    name: 'field-if', on: 'field', nulls, floats,
    doc: 'if(c, {a, b}, x).$0 is if(c, {a, b}.$0, x.$0); select alike.',
    overflow: 'The same parts are evaluated in the same order.',
    rewrite: (e) => {
      const { of } = e
      if ((of.expr !== 'if' && of.expr !== 'select') || (of.then.expr !== 'struct' && of.else.expr !== 'struct')) return undefined
      return { ...of, type: e.type, then: field(of.then, e.index), else: field(of.else, e.index) }
    },
  }),
  rule({
    name: 'split-struct', on: 'let', nulls, floats,
    doc: 'let s = {a, b}; body is let x = a; let y = b; body with {x, y} for s.',
    overflow: 'Fields are evaluated in the same order, once.',
    rewrite: (e, names) => {
      if (e.value.expr !== 'struct' || e.annotations?.['staged'] !== undefined) return undefined
      const parts = e.value.fields.map((value) => ({ id: names.fresh(e.name), value }))
      const whole = struct(parts.map((p) => name(p.id, p.value.type, p.value)), e.value)
      return parts.reduceRight<Expr>((inner, p) => letIn(p.id, p.value, inner), substitute(e.body, e.name, () => whole))
    },
  }),
  rule({
    name: 'constant-if', on: 'if', nulls, floats,
    doc: 'if(true, a, b) is a, if(false, a, b) is b.',
    overflow: 'The other branch was never evaluated.',
    rewrite: (e) => (isLiteral(e.cond, true) ? e.then : isLiteral(e.cond, false) ? e.else : undefined),
  }),
  rule({
    name: 'constant-select', on: 'select', nulls, floats,
    doc: 'select(true, a, b) is a, select(false, a, b) is b.',
    overflow: 'Only where the one that is left out cannot raise.',
    rewrite: (e) => {
      if (isLiteral(e.cond, true) && codes(e.else) === 0) return e.then
      return isLiteral(e.cond, false) && codes(e.then) === 0 ? e.else : undefined
    },
  }),
  rule({
    name: 'constant-assert', on: 'assert', nulls, floats,
    doc: 'assert(true, a) is a.',
    overflow: 'It could not raise.',
    rewrite: (e) => (isLiteral(e.cond, true) ? e.value : undefined),
  }),
] as const
