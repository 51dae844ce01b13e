/**
 * Parses DuckDB's plan JSON without loss: integers beyond 2^53 and the bare words NaN, Infinity and -Infinity, which
 * JSON.parse would round or refuse, come out as strings. Strings of the document are never touched.
 */

/** A cheap sign that something needs quoting; a hit inside a string only costs the slow path. */
const NEEDS_QUOTING = /[:,[]\s*-?(?:\d{16}|NaN|Infinity)/
const TOKEN = /"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)|-?\d[\d.eE+-]*/g
const LONG_INTEGER = /^-?\d{16,}$/

export const parseExactJson = (text: string): unknown =>
  JSON.parse(
    NEEDS_QUOTING.test(text)
      ? text.replace(TOKEN, (token) => {
          const first = token.charCodeAt(0)
          if (first === 0x22) return token
          return token.endsWith('N') || token.endsWith('y') || LONG_INTEGER.test(token) ? `"${token}"` : token
        })
      : text,
  )
