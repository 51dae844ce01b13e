/** Each rule alone: what it makes of a text that was written for it. */
import { describe, expect, test } from 'vitest'
import { parseKernel, printExpr } from '../../src/language/index.ts'
import { rewriteKernel } from '../../src/language/passes/optimise-kernel.ts'
import { RULES } from '../../src/language/passes/rules/index.ts'
import { EXAMPLES } from './passes-examples.ts'

test('each rule has an example, a name of its own, and says when it holds', () => {
  expect(Object.keys(EXAMPLES)).toEqual(RULES.map((r) => r.name))
  expect(new Set(RULES.map((r) => r.name)).size).toBe(RULES.length)
  for (const r of RULES) for (const sentence of [r.doc, r.nulls, r.floats, r.overflow]) expect(sentence).toMatch(/^.{10,}\.$/)
})

describe('rules', () => {
  test.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
    const example = EXAMPLES[name]
    if (!example) throw new Error(`no example of ${name}`)
    const first = RULES.filter((r) => example.first?.includes(r.name))
    const { kernel, applied } = rewriteKernel(parseKernel(example.before), [first, [rule]])
    expect(applied.get(name)).toBeGreaterThan(0)
    expect(printExpr(kernel).trimEnd()).toBe(example.after)
  })
})
