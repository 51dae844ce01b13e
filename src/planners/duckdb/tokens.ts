/**
 * The lexical surface of DuckDB's SQL, as far as it is needed to find parameters and the end of the statement: strings
 * of all kinds, quoted names, comments and dollar quotes are skipped whole. Nothing is trusted on this alone: the text
 * with the values put in is parsed again and compared (parameters.ts).
 */

export interface ParameterToken {
  readonly start: number
  readonly end: number
  /** '' for a plain `?`, digits for `$1` and `?1`, else the name. */
  readonly name: string
}

export interface Scan {
  readonly parameters: readonly ParameterToken[]
  /** The statement without its final semicolons. */
  readonly end: number
  /** Where the first token begins. */
  readonly start: number
  /** Where a second statement begins. */
  readonly second: number | undefined
}

const SPACE = /[ \t\n\r\f\v]+/y
const LINE_COMMENT = /--[^\n\r]*/y
const PLAIN_STRING = /'(?:[^']|'')*(?:'|$)/y
const ESCAPE_STRING = /[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)/y
/** A string goes on after a line break, in the same mode. */
const CONTINUED = /(?:[ \t\f]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f]|--[^\n\r]*[\n\r])*(?=')/y
const ESCAPE_REST = /'(?:[^'\\]|\\[^]|'')*(?:'|$)/y
const QUOTED_NAME = /"(?:[^"]|"")*(?:"|$)/y
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
const NUMBERED = /[$?]\d+/y
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y

export const scanTokens = (sql: string): Scan => {
  const parameters: ParameterToken[] = []
  let at = 0
  let start = -1
  let end = 0
  let semicolon = false
  let second: number | undefined
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(sql)?.[0]
  }
  /** Past white space and comments; false where there is none. */
  const blank = (): boolean => {
    const skipped = match(SPACE) ?? match(LINE_COMMENT)
    if (skipped !== undefined) at += skipped.length
    else if (sql.startsWith('/*', at)) at = blockEnd(sql, at)
    else return false
    return true
  }

  while (at < sql.length) {
    if (blank()) continue
    if (sql[at] === ';') {
      semicolon = true
      at++
      continue
    }
    if (start < 0) start = at
    if (semicolon && second === undefined && end > 0) second = at
    const from = at
    let found: string | undefined
    if ((found = match(ESCAPE_STRING)) !== undefined) {
      at += found.length
      for (let gap = match(CONTINUED); gap !== undefined; gap = match(CONTINUED)) {
        at += gap.length
        at += match(ESCAPE_REST)?.length ?? 0
      }
    } else if ((found = match(PLAIN_STRING) ?? match(QUOTED_NAME) ?? match(WORD)) !== undefined) at += found.length
    else if ((found = match(NUMBERED)) !== undefined) {
      at += found.length
      parameters.push({ start: from, end: at, name: found.slice(1) })
    } else if (sql[at] === '?') {
      at++
      parameters.push({ start: from, end: at, name: '' })
    } else if ((found = match(DOLLAR_QUOTE)) !== undefined) {
      const close = sql.indexOf(found, at + found.length)
      at = close < 0 ? sql.length : close + found.length
    } else if (sql[at] === '$') {
      at++
      while (blank());
      found = match(WORD) ?? match(QUOTED_NAME)
      at += found?.length ?? 0
      if (found !== undefined) parameters.push({ start: from, end: at, name: found[0] === '"' ? found.slice(1, -1).replaceAll('""', '"') : found })
    } else at++
    if (second === undefined) end = at
  }
  return { parameters, start: Math.max(start, 0), end, second }
}

/** Block comments nest. */
const blockEnd = (sql: string, from: number): number => {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from
  let depth = 0
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return sql.length
}
