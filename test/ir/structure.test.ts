/** The structure of a program: equal where nothing but the numbers of names and the words of explain differ, else not. */
import { expect, test } from 'vitest'
import type { Ir } from '../../src/ir/nodes.ts'
import type { Program } from '../../src/ir/program.ts'
import { structureOf } from '../../src/ir/structure.ts'

interface Choices {
  readonly name?: string
  readonly other?: string
  readonly max?: bigint
  readonly value?: number
  readonly op?: '+' | '-'
  readonly operators?: readonly string[]
  readonly nullable?: boolean
}

const program = ({ name = 'n#1', other = 'v#2', max = 9n, value = 1, op = '+', operators = ['scan t'], nullable = false }: Choices = {}): Program => {
  const field: Ir = { ir: 'field', type: 'i32', row: name, index: 0 }
  const sum: Ir = { ir: 'binary', type: 'i32', op, left: field, right: { ir: 'literal', type: 'i32', value } }
  return {
    pipelines: [
      {
        operators,
        source: { source: 'columns', relation: 0, columns: [{ physical: 'i32', nullable, range: { min: 0n, max } }] },
        row: name,
        builder: { builder: 'appender', fields: [{ type: 'i32', physical: 'i32' }], counted: false },
        body: { body: 'let', name: other, value: sum, next: { body: 'merge', key: [], values: [{ ir: 'ident', type: 'i32', name: other }] } },
      },
    ],
  }
}
const known = structureOf(program())

test('names and operators', () => {
  expect(known).toBeTypeOf('string')
  expect(structureOf(program({ name: 'n#7', other: 'v#93' }))).toBe(known)
  expect(structureOf(program({ operators: ['scan u', 'filter'] }))).toBe(known)
  // One name for both is another program.
  expect(structureOf(program({ other: 'n#1' }))).not.toBe(known)
})

test.each<Choices>([{ max: 10n }, { value: 2 }, { value: -0 }, { op: '-' }, { nullable: true }])('%o is another', (choices) => {
  expect(structureOf(program(choices))).not.toBe(known)
})

test('0 and -0 differ', () => {
  expect(structureOf(program({ value: -0 }))).not.toBe(structureOf(program({ value: 0 })))
})

test('an expression that is used twice is written once, and so are a thousand uses of uses', () => {
  let e: Ir = { ir: 'field', type: 'i32', row: 'n#1', index: 0 }
  for (let i = 0; i < 1000; i++) e = { ir: 'binary', type: 'i32', op: '+', left: e, right: e }
  const [pipeline] = program().pipelines
  const deep = structureOf({ pipelines: [{ ...pipeline!, body: { body: 'merge', key: [], values: [e] } }] })
  expect(deep?.length).toBeLessThan(100_000)
})

test('what has no text has none', () => {
  const [pipeline] = program().pipelines
  expect(structureOf({ pipelines: [{ ...pipeline!, row: (() => 'x') as never }] })).toBeUndefined()
  expect(structureOf({ pipelines: [{ ...pipeline!, row: new Map() as never }] })).toBeUndefined()
})
