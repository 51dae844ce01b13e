/** Text → Syntax → text: reading what was printed gives the tree again, and printing that gives the text again. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseStatements, print, printStatements } from '../../src/language/index.ts'
import { mulberry32 } from '../random.ts'
import { testSeed } from '../seed.ts'
import { randomSyntax } from './random-text.ts'

const SEED = testSeed()
const CASES = Number(process.env['ARCWELD_FUZZ_N'] || 5000)

/** The tree without its positions. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, v]) => (key === 'at' || v === undefined ? [] : [[key, bare(v)]])))
}

describe('printing', () => {
  it('is the inverse of reading, for trees at random', () => {
    const next = mulberry32(SEED)
    for (let i = 0; i < CASES; i++) {
      const syntax = randomSyntax(next, 1 + (i % 6))
      const text = print(syntax)
      const where = `SEED=${SEED}, case ${i}:\n${text}`
      const again = parse(text)
      expect(bare(again), where).toEqual(bare(syntax))
      expect(print(again), where).toBe(text)
    }
  })

  const folder = new URL('../codegen/golden/', import.meta.url)
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.ir'))) {
    it(`of the program ${file}`, () => {
      const program = parseStatements(readFileSync(new URL(file, folder), 'utf8'), file)
      const text = printStatements(program)
      expect(program.statements.length).toBeGreaterThan(0)
      expect(bare(parseStatements(text))).toEqual(bare(program))
      expect(printStatements(parseStatements(text))).toBe(text)
    })
  }

  const TABLE: readonly (readonly [text: string, printed: string])[] = [
    ['|v: vec[{i32,i32}]| for(v, appender, |b,i,n| if(n.$1 > 10, merge(b, n.$0), b))', '|v: vec[{i32, i32}]| for(v, appender, |b, i, n| if(n.$1 > 10, merge(b, n.$0), b))'],
    ['|v: vec[{i32,i32}]| for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))', '|v: vec[{i32, i32}]| for(v, dictmerger[i32, i32, +], |b, i, n| merge(b, {n.$0, n.$1}))'],
    ['1+2*3', '1 + 2 * 3'],
    ['(1+2)*3', '(1 + 2) * 3'],
    ['1-(2-3)', '1 - (2 - 3)'],
    ['(1-2)-3', '1 - 2 - 3'],
    ['a||b&&c|d^e&f==g<h<<i+j*k', 'a || b && c | d ^ e & f == g < h << i + j * k'],
    ['((((((((((a||b)&&c)|d)^e)&f)==g)<h)<<i)+j)*k)', '(((((((((a || b) && c) | d) ^ e) & f) == g) < h) << i) + j) * k'],
    ['-1 - -1', '-1 - -1'],
    ['-(1)', '-(1)'],
    ['-x.$0', '-x.$0'],
    ['(-x).$0', '(-x).$0'],
    ['-(!x)', '-(!x)'],
    ['(a +! b) @(site:3)', '(a +! b) @(site: 3)'],
    ['a +! b @(site:3)', 'a +! b @(site: 3)'],
    ['0xFFL', '255L'],
    ['0b101', '5'],
    ['1c', '1i8'],
    ['007', '7'],
    ['1f64', '1.0'],
    ['2F', '2.0F'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ["'it''s'".replace("''", "\\'"), '"it\'s"'],
    ['"\\u{1F600}\\u0041"', '"😀A"'],
    ['|| 1', '|| 1'],
    ['(|x| x)(1)', '(|x| x)(1)'],
    ['f(x)', 'f(x)'],
    ['(f)(x)', '(f)(x)'],
    ['f(x)(y)', '(f(x))(y)'],
    ['let a = 1; a # the end', 'let a = 1;\na'],
    ['f(let a = 1; a)', 'f((let a = 1; a))'],
    ['x: vec[i32] @(layout: row)', 'x: vec[i32] @(layout: row)'],
    ['(x: vec[i32]) @(layout: row)', '(x: vec[i32]) @(layout: row)'],
    ['dec128[2](1.25)', 'dec128[2](1.25)'],
    ['none[?i32]', 'none[?i32]'],
  ]
  for (const [text, printed] of TABLE) {
    it(`of ${text}`, () => {
      expect(print(parse(text))).toBe(printed)
      expect(print(parse(printed))).toBe(printed)
    })
  }

  it('breaks what does not fit', () => {
    const text = '|v: vec[{i64, i64, i64}]| let big = 1000L; for(v, dictmerger[i64, i64, +], |b, i, n| if(n.$0 > big && n.$1 < big && n.$2 != big, merge(b, {n.$0 + n.$1, n.$1 * n.$2}), b))'
    expect(print(parse(text))).toBe(`|v: vec[{i64, i64, i64}]|
  let big = 1000L;
  for(v, dictmerger[i64, i64, +], |b, i, n|
    if(n.$0 > big && n.$1 < big && n.$2 != big, merge(b, {n.$0 + n.$1, n.$1 * n.$2}), b))`)
  })

  it('of the deepest tree that is read does not end the stack', () => {
    for (const text of [`${'('.repeat(499)}1${')'.repeat(499)}`, `${'-'.repeat(498)}x`, `${'f('.repeat(499)}1${')'.repeat(499)}`, `${'let x = 1; '.repeat(490)}x`, `1${' + 1'.repeat(490)}`, `${'|x| '.repeat(490)}x`]) {
      const printed = print(parse(text))
      expect(print(parse(printed))).toBe(printed)
    }
  })
})
