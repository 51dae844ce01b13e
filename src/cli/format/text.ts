/** API values as JSON and as CSV text; docs/VALUES.md has the table that these two functions are. */

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const word = (value: number): string | undefined =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : undefined

/** Numbers by shortest round trip; JavaScript alone would lose the sign of -0. */
const digits = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** One line of JSON; integers of any size are digits. */
export const jsonText = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  switch (typeof value) {
    case 'bigint':
      return String(value)
    case 'number': {
      const name = word(value)
      return name === undefined ? digits(value) : `"${name}"`
    }
    case 'boolean':
      return String(value)
    case 'string':
      return JSON.stringify(value)
    default:
  }
  if (value instanceof Uint8Array) return `"${hex(value)}"`
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  return `{${Object.entries(value as object).map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`
}

/** The text of a value with nothing quoted; NULL is undefined. */
export const plainText = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number') return word(value) ?? digits(value)
  if (value instanceof Uint8Array) return hex(value)
  return jsonText(value)
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** A CSV field by RFC 4180; NULL is the empty field, the empty string is `""`. */
export const csvField = (value: unknown): string => {
  const text = plainText(value)
  if (text === undefined) return ''
  if (text === '') return '""'
  const nested = typeof value === 'object' && !(value instanceof Uint8Array)
  return nested || /[",\r\n]/.test(text) ? quote(text) : text
}
