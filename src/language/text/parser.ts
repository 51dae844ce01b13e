/**
 * Tokens → Syntax, by recursive descent, operators by precedence climbing:
 *
 *   expression  let name[: type] = expression; expression  |  `|`name[: type], …`|` expression  |  operators
 *   operators   Weld's, weakest first: ||  &&  |  ^  &  == !=  < <= > >=  << >>  + - +! -!  * / % *!  then - ! before an operand
 *   operand     literal  name  name[arguments](expressions)  $0: type  (expression)  {expressions}  [expressions]
 *               followed by any of  .$0   (expressions)   : type   @(key: expression, flag)
 *   type        name[arguments]  ?type  {type [= expression], …}   followed by any of  @(…)
 *   arguments   types, numbers, lambdas and operators
 */
import type { Position } from '../nodes.ts'
import { type Token, tokens } from './lexer.ts'
import { inText, syntaxError } from './mistake.ts'
import { BINDING, type Syntax, type SyntaxAnnotation, type SyntaxArgument, type SyntaxOp, type SyntaxParam, type SyntaxProgram, type SyntaxType } from './syntax.ts'

/** Trees are walked by recursion: deeper texts are refused. */
const DEEPEST = 500
const WORDS = new Set(['let', 'true', 'false', 'nan', 'inf', 'nanF', 'infF'])

const shown = (token: Token): string => {
  if (token.kind === 'end') return 'the end of the text'
  return token.kind === 'string' ? `the string ${JSON.stringify(token.text.length > 20 ? `${token.text.slice(0, 20)}…` : token.text)}` : `'${token.text}'`
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string) {
    this.#tokens = tokens(text)
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!
  }

  #take(): Token {
    return this.#tokens[this.#next++]!
  }

  #is(mark: string, ahead = 0): boolean {
    const token = this.#peek(ahead)
    return token.kind === 'mark' && token.text === mark
  }

  #isWord(word: string): boolean {
    const token = this.#peek()
    return token.kind === 'name' && token.text === word
  }

  #fail(expected: string, token = this.#peek()): never {
    throw syntaxError(token.at, `expected ${expected}, found ${shown(token)}`)
  }

  #expect(mark: string, where: string): Token {
    if (!this.#is(mark)) this.#fail(`'${mark}' ${where}`)
    return this.#take()
  }

  #after<T>(mark: string, read: () => T): T | undefined {
    if (!this.#is(mark)) return undefined
    this.#take()
    return read()
  }

  #name(what: string): Token {
    const token = this.#peek()
    if (token.kind !== 'name' || WORDS.has(token.text)) this.#fail(what)
    return this.#take()
  }

  /** One level down; `extra` levels that a chain has made already. */
  #down<T>(read: () => T, extra = 1): T {
    if (this.#depth + extra > DEEPEST) throw syntaxError(this.#peek().at, `expected at most ${DEEPEST} levels of nesting, found more`)
    this.#depth += extra
    const result = read()
    this.#depth -= extra
    return result
  }

  /** Items up to a closing mark; none is a list too. */
  #list<T>(close: string, what: string, item: () => T): T[] {
    const items: T[] = []
    if (this.#is(close)) {
      this.#take()
      return items
    }
    for (;;) {
      items.push(item())
      if (this.#is(close)) break
      if (!this.#is(',')) this.#fail(`'${close}' or ',' after ${what}`)
      this.#take()
    }
    this.#take()
    return items
  }

  program(): SyntaxProgram {
    const annotations = this.#is('@') ? this.#annotations([]) : []
    const statements: { name: string; value: Syntax; at: Position }[] = []
    while (this.#peek().kind !== 'end') {
      if (!this.#isWord('let')) this.#fail(`'let' or the end of the text`)
      const { at } = this.#take()
      const name = this.#name('a name after let').text
      this.#expect('=', "after let's name")
      const value = this.expression()
      this.#expect(';', "after let's value")
      statements.push({ name, value, at })
    }
    return { annotations, statements }
  }

  whole(): Syntax {
    const syntax = this.expression()
    if (this.#peek().kind !== 'end') this.#fail('an operator or the end of the text')
    return syntax
  }

  expression(): Syntax {
    return this.#down(() => (this.#isWord('let') ? this.#lets() : this.#is('|') || this.#is('||') ? this.#lambda() : this.#operators(1)))
  }

  /** A run of lets, by a loop: programs have hundreds. */
  #lets(): Syntax {
    const lets: { name: string; type: SyntaxType | undefined; value: Syntax; at: Position }[] = []
    while (this.#isWord('let')) {
      const { at } = this.#take()
      const name = this.#name('a name after let').text
      const type = this.#after(':', () => this.#type())
      this.#expect('=', type ? "after let's type" : "or ':' after let's name")
      const value = this.expression()
      this.#expect(';', "after let's value")
      lets.push({ name, type, value, at })
    }
    const body = this.#down(() => this.expression(), lets.length)
    return lets.reduceRight<Syntax>((rest, { name, type, value, at }) => ({ syntax: 'let', name, ...(type && { type }), value, body: rest, at }), body)
  }

  #lambda(): Syntax {
    const { text, at } = this.#take()
    const param = (): SyntaxParam => {
      const name = this.#name('a parameter')
      const type = this.#after(':', () => this.#type())
      return { name: name.text, ...(type && { type }), at: name.at }
    }
    const params = text === '||' ? [] : this.#list('|', 'a parameter', param)
    return { syntax: 'lambda', params, body: this.expression(), at }
  }

  #operators(weakest: number): Syntax {
    let left = this.#unary()
    for (let chain = 1; ; chain++) {
      const token = this.#peek()
      const binding = token.kind === 'mark' ? BINDING.get(token.text) : undefined
      if (binding === undefined || binding < weakest) return left
      this.#take()
      const right = this.#down(() => this.#operators(binding + 1), chain)
      left = { syntax: 'binary', op: token.text as SyntaxOp, left, right, at: token.at }
    }
  }

  #unary(): Syntax {
    const token = this.#peek()
    if (!this.#is('-') && !this.#is('!')) return this.#postfix(this.#operand())
    this.#take()
    const { literal, kind, text } = this.#peek()
    if (token.text === '-' && (literal || (kind === 'name' && /^infF?$/.test(text)))) {
      const operand = this.#operand()
      // −0 is a float; as an integer it is 0.
      if (operand.syntax === 'literal') return this.#postfix({ ...operand, text: operand.text === '0' ? '0' : `-${operand.text}`, at: token.at })
    }
    return { syntax: 'unary', op: token.text as '-' | '!', value: this.#down(() => this.#unary()), at: token.at }
  }

  #operand(): Syntax {
    const token = this.#peek()
    const { at } = token
    if (token.literal) {
      this.#take()
      return { syntax: 'literal', ...token.literal, at }
    }
    if (token.kind === 'string') {
      this.#take()
      return { syntax: 'literal', type: 'str', text: token.text, at }
    }
    if (token.kind === 'param') {
      this.#take()
      this.#expect(':', `and a type after ${token.text}`)
      return { syntax: 'param', index: Number(token.text.slice(1)), type: this.#type(), at }
    }
    if (token.kind === 'name') return this.#named()
    if (this.#is('(')) {
      this.#take()
      const inner = this.expression()
      this.#expect(')', 'after the expression in parentheses')
      return inner
    }
    if (this.#is('{') || this.#is('[')) {
      const open = this.#take().text
      const items = open === '{' ? this.#list('}', 'a field', () => this.expression()) : this.#list(']', 'an element', () => this.expression())
      return { syntax: open === '{' ? 'struct' : 'vec', items, at }
    }
    return this.#fail('an expression')
  }

  #named(): Syntax {
    const { text, at } = this.#peek()
    if (text === 'let') this.#fail('an operand (a let among operators stands in parentheses)')
    this.#take()
    if (text === 'true' || text === 'false') return { syntax: 'literal', type: 'bool', text, at }
    if (WORDS.has(text)) return { syntax: 'literal', type: text.endsWith('F') ? 'f32' : 'f64', text: text.slice(0, 3), at }
    const brackets = this.#after('[', () => this.#list(']', 'an argument in brackets', () => this.#argument()))
    const args = this.#after('(', () => this.#list(')', 'an argument', () => this.expression()))
    if (!brackets && !args) return { syntax: 'name', name: text, at }
    return { syntax: 'call', name: text, ...(brackets && { brackets }), ...(args && { args }), at }
  }

  #postfix(operand: Syntax): Syntax {
    let result = operand
    for (let chain = 0; ; chain++) {
      if (this.#depth + chain > DEEPEST) this.#down(() => undefined, chain)
      if (this.#is('.')) {
        this.#take()
        const field = this.#peek()
        if (field.kind !== 'param') this.#fail("a field's number ($0, $1, …) after '.'")
        this.#take()
        result = { syntax: 'field', of: result, index: Number(field.text.slice(1)), at: field.at }
      } else if (this.#is('(')) {
        const { at } = this.#take()
        result = { syntax: 'apply', fn: result, args: this.#list(')', 'an argument', () => this.expression()), at }
      } else if (this.#is(':')) {
        const { at } = this.#take()
        result = { syntax: 'ascribe', value: result, type: this.#type(), at }
      } else if (this.#is('@')) {
        result = { ...result, annotations: this.#annotations(result.annotations ?? []) }
      } else return result
    }
  }

  /** `known` and the ones that follow. */
  #annotations(known: readonly SyntaxAnnotation[]): SyntaxAnnotation[] {
    const all = [...known]
    this.#take()
    this.#expect('(', "after '@'")
    this.#list(')', 'an annotation', () => {
      const { text: key, at } = this.#name("an annotation's name")
      if (all.some((a) => a.key === key)) throw syntaxError(at, `expected each annotation once, found a second '${key}'`)
      const value = this.#after(':', () => this.expression())
      all.push({ key, ...(value && { value }), at })
    })
    return all
  }

  #type(): SyntaxType {
    let type = this.#down(() => this.#plainType())
    while (this.#is('@')) type = { ...type, annotations: this.#annotations(type.annotations ?? []) }
    return type
  }

  #plainType(): SyntaxType {
    const { at } = this.#peek()
    if (this.#is('?')) {
      this.#take()
      return { kind: 'option', of: this.#down(() => this.#plainType()), at }
    }
    if (this.#is('{')) {
      this.#take()
      const field = () => {
        const type = this.#type()
        const initial = this.#after('=', () => this.expression())
        return { type, ...(initial && { initial }) }
      }
      return { kind: 'struct', fields: this.#list('}', "a field's type", field), at }
    }
    const name = this.#name('a type').text
    const args = this.#after('[', () => this.#list(']', 'an argument in brackets', () => this.#argument()))
    return { kind: 'named', name, ...(args && { args }), at }
  }

  #argument(): SyntaxArgument {
    const token = this.#peek()
    if (token.kind === 'mark' && BINDING.has(token.text) && (this.#is(',', 1) || this.#is(']', 1))) {
      this.#take()
      return { argument: 'op', op: token.text as SyntaxOp, at: token.at }
    }
    const value = token.kind === 'number' || token.kind === 'string' || (token.kind === 'name' && WORDS.has(token.text)) || ['|', '||', '-'].some((mark) => this.#is(mark))
    if (value) return { argument: 'value', value: this.expression() }
    return { argument: 'type', type: this.#type() }
  }
}

/** One expression: a kernel. `file` names the text in messages. Throws IrError, IR_SYNTAX, with line and column. */
export const parse = (text: string, file?: string): Syntax => inText({ text, file }, () => new Parser(text).whole())

/** The printed form of a program. */
export const parseStatements = (text: string, file?: string): SyntaxProgram => inText({ text, file }, () => new Parser(text).program())
