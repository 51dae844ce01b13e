/** What a text that cannot be read is told: the place, what was expected, what is there, and the line with a caret. */
import { describe, expect, it } from 'vitest'
import { IrError } from '../../src/errors.ts'
import { parse, parseStatements } from '../../src/language/index.ts'

const told = (read: () => unknown): IrError => {
  try {
    read()
  } catch (error) {
    if (error instanceof IrError) return error
    throw error
  }
  throw new Error('it was read')
}

/** Text → line:column and the message behind it. */
const TABLE: readonly (readonly [text: string, at: string, message: string])[] = [
  ['', '1:1', 'expected an expression, found the end of the text'],
  ['f(a\n  let b', '2:3', "expected ')' or ',' after an argument, found 'let'"],
  ['f(a,)', '1:5', "expected an expression, found ')'"],
  ['(a', '1:3', "expected ')' after the expression in parentheses, found the end of the text"],
  ['{a; b}', '1:3', "expected '}' or ',' after a field, found ';'"],
  ['[a b]', '1:4', "expected ']' or ',' after an element, found 'b'"],
  ['a b', '1:3', "expected an operator or the end of the text, found 'b'"],
  ['a +', '1:4', 'expected an expression, found the end of the text'],
  ['1 + let x = 1; x', '1:5', "expected an operand (a let among operators stands in parentheses), found 'let'"],
  ['let 1 = 2; 3', '1:5', "expected a name after let, found '1'"],
  ['let x 2; 3', '1:7', "expected '=' or ':' after let's name, found '2'"],
  ['let x: i32 2; 3', '1:12', "expected '=' after let's type, found '2'"],
  ['let x = 2 3', '1:11', "expected ';' after let's value, found '3'"],
  ['let x = 2;', '1:11', 'expected an expression, found the end of the text'],
  ['|x y| 3', '1:4', "expected '|' or ',' after a parameter, found 'y'"],
  ['|1| 3', '1:2', "expected a parameter, found '1'"],
  ['|x: | 3', '1:5', "expected a type, found '|'"],
  ['|x: {i32 i64}| 3', '1:10', "expected '}' or ',' after a field's type, found 'i64'"],
  ['merger[i64 +]', '1:12', "expected ']' or ',' after an argument in brackets, found '+'"],
  ['x.0', '1:3', "expected a field's number ($0, $1, …) after '.', found '0'"],
  ['x.name', '1:3', "expected a field's number ($0, $1, …) after '.', found 'name'"],
  ['$0', '1:3', "expected ':' and a type after $0, found the end of the text"],
  ['x @layout', '1:4', "expected '(' after '@', found 'layout'"],
  ['x @(1)', '1:5', "expected an annotation's name, found '1'"],
  ['x @(a, b: 1, a)', '1:14', "expected each annotation once, found a second 'a'"],
  ['"abc', '1:1', 'expected " at the end of the string, found the end of the text'],
  ["'abc\n'", '1:1', "expected ' at the end of the string, found the end of the line"],
  ['"a\\q"', '1:3', "expected an escape (\\n \\t \\r \\b \\f \\0 \\\\ \\\" \\' \\u0041 \\u{1F600}), found '\\q'"],
  ['"\\u{110000}"', '1:2', "expected an escape (\\n \\t \\r \\b \\f \\0 \\\\ \\\" \\' \\u0041 \\u{1F600}), found '\\u{110000}'"],
  ['"\\ud800"', '1:1', 'expected characters in a string, found half of a surrogate pair'],
  ['1q', '1:1', "expected a number's suffix (L, W, F or a type's name), found 'q'"],
  ['1.5L', '1:1', "expected a float's suffix (F, f32 or f64) after 1.5, found 'L'"],
  ['0b1F', '1:1', "expected an integer's suffix after 0b1, found 'F'"],
  ['a ~ b', '1:3', "expected a name, a number, a string or a mark, found '~'"],
  ['a 😀', '1:3', "expected a name, a number, a string or a mark, found '😀'"],
  ['f("a string of more than twenty characters" 1)', '1:45', "expected ')' or ',' after an argument, found '1'"],
  ['f(1 "a string of more than twenty characters")', '1:5', "expected ')' or ',' after an argument, found the string \"a string of more tha…\""],
  ['é', '1:1', "expected a name, a number, a string or a mark, found 'é'"],
]

describe('errors of reading', () => {
  for (const [text, at, message] of TABLE) {
    it(JSON.stringify(text), () => {
      const error = told(() => parse(text, 'k.weld'))
      expect(error.code).toBe('IR_SYNTAX')
      expect(error.message.split('\n')[0]).toBe(`k.weld:${at}: ${message}`)
      expect(`${error.line}:${error.column}`).toBe(at)
    })
  }

  it('shows the line and a caret', () => {
    expect(told(() => parse('|v: i64|\n  f(v,\n\t\tlet)', 'kernel.weld')).message).toBe(`kernel.weld:3:6: expected a name after let, found ')'\n  \t\tlet)\n  \t\t   ^`)
  })
  it('cuts a long line about the place', () => {
    const [, line, caret] = told(() => parse(`${'x + '.repeat(100)}+ y`)).message.split('\n') as [string, string, string]
    expect(line.length).toBeLessThanOrEqual(122)
    expect(line[caret.length - 1]).toBe('+')
    expect(line.slice(caret.length)).toBe(' y')
  })
  it('of programs', () => {
    expect(told(() => parseStatements('let b0 = 1; 2', 'p.ir')).message).toBe(`p.ir:1:13: expected 'let' or the end of the text, found '2'\n  let b0 = 1; 2\n              ^`)
    expect(told(() => parseStatements('let b0: i32 = 1;')).message).toMatch(/^text:1:7: expected '=' after let's name, found ':'/)
  })

  const DEEP = 100_000
  for (const [name, text] of Object.entries({
    parentheses: '('.repeat(DEEP),
    lets: 'let x = 1; '.repeat(DEEP),
    'lets in lets': 'let x = '.repeat(DEEP),
    signs: '-'.repeat(DEEP),
    sums: `1${' + 1'.repeat(DEEP)}`,
    powers: `1${' + (1'.repeat(DEEP)}`,
    functions: '|x| '.repeat(DEEP),
    fields: `x${'.$0'.repeat(DEEP)}`,
    calls: 'f('.repeat(DEEP),
    applications: `x${'()'.repeat(DEEP)}`,
    structs: '{'.repeat(DEEP),
    types: `|x: ${'{'.repeat(DEEP)}`,
    options: `|x: ${'?'.repeat(DEEP)}`,
    vecs: `|x: ${'vec['.repeat(DEEP)}`,
    annotations: 'x @(a: '.repeat(DEEP),
  })) {
    it(`${DEEP} ${name} in one another`, () => {
      const error = told(() => parse(text))
      expect(error.code).toBe('IR_SYNTAX')
      expect(error.message).toMatch(/^text:1:\d+: expected at most 500 levels of nesting, found more\n/)
    })
  }
})
