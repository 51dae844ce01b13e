/** Options: what is taken apart again is not put together. */
import { TRUE } from '../../ir/build.ts'
import { type Ir, isOption, type Scalar, scalarOf } from '../../ir/nodes.ts'
import { rule, same } from '../rule.ts'

const floats = 'Values pass unchanged, bit for bit.'

const valueOf = (x: Ir): Ir => (isOption(x.type) ? { ir: 'value', type: scalarOf(x.type), arg: x } : x)
const validOf = (x: Ir): Ir => (isOption(x.type) ? { ir: 'valid', type: 'bool', arg: x } : TRUE)
/** One of its arms is put together here, so that taking it apart gains something. */
const isMade = (e: Ir): boolean => e.ir === 'option'

export const options = [
  rule({
    name: 'value-option', on: 'value', floats,
    doc: 'value(option(x, v)) is x.',
    nulls: 'The value of a NULL is unspecified; it stays what it was.',
    overflow: 'Only where v cannot raise.',
    rewrite: (e, facts) => (e.arg.ir === 'option' && !facts.raises(e.arg.valid) ? e.arg.value : undefined),
  }),
  rule({
    name: 'valid-option', on: 'valid', floats,
    doc: 'valid(option(x, v)) is v.',
    nulls: 'Validity is v itself.',
    overflow: 'Only where x cannot raise: what it would raise must not get lost.',
    rewrite: (e, facts) => (e.arg.ir === 'option' && !facts.raises(e.arg.value) ? e.arg.valid : undefined),
  }),
  rule({
    name: 'option-parts', on: 'option', floats,
    doc: 'option(value(x), valid(x)) is x.',
    nulls: 'Value and validity are those of x.',
    overflow: 'x is evaluated once in place of twice.',
    rewrite: (e) => (e.value.ir === 'value' && e.valid.ir === 'valid' && same(e.value.arg, e.valid.arg) ? e.value.arg : undefined),
  }),
  rule({
    name: 'value-if', on: 'value', floats,
    doc: 'value(if(c, a, b)) is if(c, value(a), value(b)) where an arm is put together from its parts.',
    nulls: 'The value of a NULL is unspecified; it stays what it was.',
    overflow: 'Only where nothing in it can raise, because the condition is then evaluated for value and validity each.',
    rewrite: (e, facts) => {
      if ((e.arg.ir !== 'if' && e.arg.ir !== 'select') || (!isMade(e.arg.then) && !isMade(e.arg.else)) || facts.raises(e.arg)) return undefined
      return { ...e.arg, type: scalarOf(e.arg.type) as Scalar, then: valueOf(e.arg.then), else: valueOf(e.arg.else) }
    },
  }),
  rule({
    name: 'valid-if', on: 'valid', floats,
    doc: 'valid(if(c, a, b)) is if(c, valid(a), valid(b)) where an arm is put together from its parts.',
    nulls: 'Validity is that of the arm taken.',
    overflow: 'Only where nothing in it can raise.',
    rewrite: (e, facts) => {
      if ((e.arg.ir !== 'if' && e.arg.ir !== 'select') || (!isMade(e.arg.then) && !isMade(e.arg.else)) || facts.raises(e.arg)) return undefined
      return { ...e.arg, type: 'bool', then: validOf(e.arg.then), else: validOf(e.arg.else) }
    },
  }),
] as const
