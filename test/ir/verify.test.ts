/** The verifier accepts what lowering makes (every test that runs programs asks it) and refuses each kind of mistake by name. */
import { describe, expect, it } from 'vitest'
import { IrError } from '../../src/errors.ts'
import type { Ir, IrType } from '../../src/ir/nodes.ts'
import type { Body, Builder, Pipeline, Program } from '../../src/ir/program.ts'
import { verifyExpression, verifyProgram } from '../../src/ir/verify.ts'

const field = (index: number, type: IrType = 'i32', row = 'n'): Ir => ({ ir: 'field', type, row, index })
const one: Ir = { ir: 'literal', type: 'i32', value: 1 }
const yes: Ir = { ir: 'literal', type: 'bool', value: true }
const rows = new Map<string, readonly IrType[]>([['n', ['i32', '?i64']]])

const WRONG: Record<string, readonly [Ir, RegExp]> = {
  'a literal of another type': [{ ir: 'literal', type: 'i64', value: 1 }, /1 as i64/],
  'a parameter of another type': [{ ir: 'param', type: 'i64', index: 0 }, /\$0 is i32/],
  'a parameter that is not there': [{ ir: 'param', type: 'i64', index: 3 }, /\$3/],
  'a name out of scope': [{ ir: 'ident', type: 'i32', name: 'x' }, /x is not in scope/],
  'a field out of range': [field(2), /n\.\$2 is not there/],
  'a field of another type': [field(1), /n\.\$1 is \?i64, read as i32/],
  'a row out of scope': [field(0, 'i32', 'm'), /row m is not in scope/],
  'a let of another type': [{ ir: 'let', type: 'i64', name: 'x', value: one, body: { ir: 'ident', type: 'i32', name: 'x' } }, /let: i32 as i64/],
  'a condition that is no bool': [{ ir: 'if', type: 'i32', cond: one, then: one, else: one }, /condition is i32/],
  'arms of two types': [{ ir: 'select', type: 'i32', cond: yes, then: one, else: yes }, /i32 and bool as i32/],
  'operands of two types': [{ ir: 'binary', type: 'i32', op: '+', left: one, right: yes }, /i32 and bool/],
  'arithmetic on options': [{ ir: 'binary', type: 'i64', op: '+', left: field(1, '?i64'), right: field(1, '?i64') }, /\?i64/],
  'arithmetic on bools': [{ ir: 'binary', type: 'bool', op: '+', left: yes, right: yes }, /of bool/],
  'a comparison that gives no bool': [{ ir: 'binary', type: 'i32', op: '<', left: one, right: one }, /gives bool/],
  'not of a number': [{ ir: 'unary', type: 'i32', op: 'not', arg: one }, /of i32/],
  'a root of an integer': [{ ir: 'unary', type: 'i32', op: 'sqrt', arg: one }, /of i32/],
  'a cast that does not exist': [{ ir: 'cast', type: 'bool', arg: { ir: 'literal', type: 'f64', value: 1 } }, /f64 → bool/],
  'an option of an option': [{ ir: 'option', type: '?i64', value: field(1, '?i64'), valid: yes }, /\?i64/],
  'the value of what is no option': [{ ir: 'value', type: 'i32', arg: one }, /i32/],
  'a function that is not there': [{ ir: 'call', type: 'i32', fn: 'nope', args: [] }, /no nope/],
  'a call with other arguments': [{ ir: 'call', type: 'bool', fn: 'str_eq', args: [one, one] }, /str_eq\(i32,i32\)/],
  'a memo table that is not there': [{ ir: 'memo', type: 'i32', table: 1, code: one, compute: one }, /no memo table 1/],
  'an unsigned operation on floats': [{ ir: 'binary', type: 'bool', op: '<u', left: { ir: 'literal', type: 'f64', value: 1 }, right: { ir: 'literal', type: 'f64', value: 1 } }, /of f64/],
  'an unsigned cast that narrows': [{ ir: 'cast', type: 'i32', arg: { ir: 'literal', type: 'i64', value: 1n }, unsigned: true }, /unsigned i64 → i32/],
  'a comparison of vecs': [{ ir: 'binary', type: 'bool', op: '==', left: { ir: 'literal', type: 'vec', value: 0n }, right: { ir: 'literal', type: 'vec', value: 0n } }, /vec and vec/],
  'a wrap of 64 bits': [{ ir: 'narrow', type: 'i32', bits: 8, signed: true, arg: { ir: 'literal', type: 'i64', value: 1n } }, /narrow: of i64/],
  'an element of another type': [{ ir: 'element', type: 'i64', vec: { vec: 'slice', value: { ir: 'literal', type: 'vec', value: 0n }, element: ['i32'] }, index: one, field: 0 }, /field 0 of \{i32\} as i64/],
  'an element by a bool': [{ ir: 'element', type: 'i32', vec: { vec: 'relation', relation: 0, columns: [{ physical: 'i8', nullable: false }] }, index: yes, field: 0 }, /at bool/],
  'the size of what is no vec': [{ ir: 'size', type: 'i32', vec: { vec: 'slice', value: one, element: ['i32'] } }, /slice: literal is i32, not vec/],
  'a loop with a state too many': [{ ir: 'loop', type: 'i32', index: 'i', count: one, state: [{ name: 'x', init: one }], update: [], result: one }, /updates 0 of 1/],
  'a loop whose state changes its type': [{ ir: 'loop', type: 'i32', index: 'i', count: one, state: [{ name: 'x', init: one }], update: [yes], result: one }, /update 0: literal is bool, not i32/],
  'a round read after the loop': [{ ir: 'loop', type: 'i32', index: 'i', count: one, state: [], update: [], result: { ir: 'ident', type: 'i32', name: 'i' } }, /i is not in scope/],
  'a state read in the count': [{ ir: 'loop', type: 'i32', index: 'i', count: { ir: 'ident', type: 'i32', name: 'x' }, state: [{ name: 'x', init: one }], update: [one], result: one }, /x is not in scope/],
  'a find where there is no program': [{ ir: 'find', type: 'i32', sink: 0, key: [] }, /sink 0/],
  'checked floats': [{ ir: 'checked', type: 'f64', op: '+', left: { ir: 'literal', type: 'f64', value: 1 }, right: { ir: 'literal', type: 'f64', value: 1 }, site: 0 }, /f64/],
}

describe('verifier of expressions', () => {
  for (const [name, [e, message]] of Object.entries(WRONG)) {
    it(`refuses ${name}`, () => {
      const verify = () => verifyExpression(e, rows, { params: ['i32'], memos: 1 })
      expect(verify).toThrow(IrError)
      expect(verify).toThrow(message)
    })
  }
})

const appender: Builder = { builder: 'appender', fields: [{ type: 'i32', physical: 'i32' }], counted: false }
const merge = (...values: Ir[]): Body => ({ body: 'merge', key: [], values })
const over = (builder: Builder, body: Body, source: Pipeline['source'] = { source: 'columns', relation: 0, columns: [{ physical: 'i16', nullable: false }] }): Pipeline => ({ operators: [], source, row: 'n', builder, body })
const group: Pipeline = over({ builder: 'groupmerger', key: ['i32'], fields: [] }, { body: 'merge', key: [field(0)], values: [] })
const sum: Builder = { builder: 'merger', state: [{ type: 'i32', init: one }], combine: [field(0, 'i32', 'a')] }

const PROGRAMS: Record<string, readonly [Program, RegExp]> = {
  'a merge of too few values': [{ pipelines: [over(appender, merge())] }, /pipeline 0: merge with 0 values into a appender of 1/],
  'a merge of another type': [{ pipelines: [over(appender, merge(yes))] }, /value 0: literal is bool, not i32/],
  'a key that the builder has not': [{ pipelines: [over(appender, { body: 'merge', key: [one], values: [one] })] }, /1 keys/],
  'an appender that stores another width': [{ pipelines: [over({ ...appender, fields: [{ type: 'i32', physical: 'i64' }] } as Builder, merge(one))] }, /no i32 as i64/],
  'a filter that is no bool': [{ pipelines: [over(appender, { body: 'if', cond: one, next: merge(one) })] }, /if: literal is i32, not bool/],
  'a probe by other keys': [{ pipelines: [group, over(appender, { body: 'probe', sink: 0, key: [yes], row: 'm', next: merge(one) })] }, /pipeline 1: probe by \{bool\} of a join on \{i32\}/],
  'a probe of what is no join': [{ pipelines: [over(sum, merge(one)), over(appender, { body: 'probe', sink: 0, key: [one], row: 'm', next: merge(one) })] }, /probe of a merger/],
  'a sink of a later pipeline': [{ pipelines: [over(appender, merge(one), { source: 'tuples', sink: 0 })] }, /sink 0 is not that of an earlier/],
  'an appender as a source': [{ pipelines: [over(appender, merge(one)), over(appender, merge(one), { source: 'tuples', sink: 0 })] }, /a appender is no source/],
  'a combination of too few fields': [{ pipelines: [over({ ...sum, combine: [] } as Builder, merge(one))] }, /combine gives 0 of 1/],
  'a find by other keys': [{ pipelines: [group, over(appender, merge({ ir: 'find', type: 'i32', sink: 0, key: [yes] }))] }, /by \{bool\} in tuples of \{i32\}/],
  'a find in what has no keys': [{ pipelines: [over(sum, merge(one)), over(appender, merge({ ir: 'find', type: 'i32', sink: 0, key: [] }))] }, /no key finds tuples of a merger/],
  'a field that a tuple has not': [{ pipelines: [group, over(appender, merge({ ir: 'tuple', type: 'i32', sink: 0, address: one, index: 1 }))] }, /field 1 of \{i32\}/],
  'a probe of contiguous groups': [{ pipelines: [over({ builder: 'groupmerger', key: ['i32'], fields: [], contiguous: true }, { body: 'merge', key: [field(0)], values: [] }), over(appender, { body: 'probe', sink: 0, key: [one], row: 'm', next: merge(one) })] }, /probe of a groupmerger/],
  'a vec as a key': [{ pipelines: [over({ builder: 'groupmerger', key: ['vec'], fields: [] }, { body: 'merge', key: [{ ir: 'literal', type: 'vec', value: 0n }], values: [] })] }, /a vec is no key/],
  'a vecmerger from a vec of another type': [{ pipelines: [over({ builder: 'vecmerger', fields: [{ type: 'i32', init: one }], initial: { vec: 'relation', relation: 1, columns: [{ physical: 'i64', nullable: false }] }, combine: [one] }, { body: 'merge', key: [one], values: [one] })] }, /a vecmerger of \{i32\} from \{i64\}/],
  'a name behind a staging point that was not carried': [{ pipelines: [over(appender, { body: 'let', name: 'x', value: one, next: { body: 'stage', carry: [], next: merge({ ir: 'ident', type: 'i32', name: 'x' }) } })] }, /x is not in scope/],
  'a match behind a staging point': [{ pipelines: [over({ builder: 'groupmerger', key: ['i32'], fields: ['i32'] }, { body: 'merge', key: [field(0)], values: [one] }), over(appender, { body: 'probe', sink: 0, key: [one], row: 'm', next: { body: 'stage', carry: [], next: merge(field(0, 'i32', 'm')) } })] }, /row m is not in scope/],
  'an inner loop of a bool': [{ pipelines: [over(appender, { body: 'each', index: 'i', count: yes, next: merge(one) })] }, /each: literal is bool/],
  'a fork into nothing': [{ pipelines: [over(appender, { body: 'fork', branches: [] })] }, /a fork has branches/],
  'a range that reads a row': [{ pipelines: [over(appender, merge(one), { source: 'range', count: field(0) })] }, /row n is not in scope/],
  'lanes over tuples': [{ pipelines: [over(sum, merge(one)), { ...over(appender, merge(field(0)), { source: 'tuples', sink: 0 }), vector: { filter: 0, merge: true } }] }, /no lanes over tuples/],
  'more filters in lanes than there are': [{ pipelines: [{ ...over(appender, merge(one)), vector: { filter: 1, merge: true } }] }, /1 of 0 filters in lanes/],
  'a groupmerger in lanes': [{ pipelines: [{ ...group, vector: { filter: 0, merge: true } }] }, /no groupmerger behind a merge in lanes/],
  'lanes that do nothing': [{ pipelines: [{ ...over(appender, merge(one)), vector: { filter: 0, merge: false } }] }, /nothing in lanes/],
  'the state outside a merge': [{ pipelines: [over(sum, { body: 'let', name: 'x', value: field(0, 'i32', 's'), next: merge(one) })] }, /row s is not in scope/],
}
describe('verifier of programs', () => {
  for (const [name, [program, message]] of Object.entries(PROGRAMS)) {
    it(`refuses ${name}`, () => {
      expect(() => verifyProgram(program)).toThrow(IrError)
      expect(() => verifyProgram(program)).toThrow(message)
    })
  }
  it('accepts a program', () => {
    verifyProgram({ pipelines: [group, over(sum, merge({ ir: 'binary', type: 'i32', op: '+', left: field(0, 'i32', 's'), right: field(0) })), over(appender, { body: 'probe', sink: 0, key: [field(0)], row: 'm', next: merge(field(0)) }, { source: 'tuples', sink: 1 })] })
  })
})
