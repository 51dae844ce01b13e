/** Reference semantics of what makes strings of strings; undefined where there is no result. */
import { length } from './strings-text.ts'

/** More than JavaScript's strings hold. */
const TOO_LONG = 2 ** 29 - 24

export const pad = (text: string, count: number, fill: string, left: boolean): string | undefined => {
  const points = Array.from(text)
  if (points.length >= count) return points.slice(0, Math.max(count, 0)).join('')
  const size = length(fill)
  if (size === 0) return undefined
  const missing = count - points.length
  const rest = Array.from(fill).slice(0, missing % size).join('')
  const filling = repeat(fill, Math.floor(missing / size))
  if (filling === undefined) return undefined
  return left ? filling + rest + text : text + filling + rest
}

export const repeat = (text: string, count: number): string | undefined => (count < 1 || text === '' ? '' : text.length * count > TOO_LONG ? undefined : text.repeat(count))

export const reverse = (text: string): string => Array.from(text).reverse().join('')

export const translate = (text: string, from: string, to: string): string => {
  const targets = Array.from(to)
  const map = new Map<string, string>()
  Array.from(from).forEach((point, i) => {
    if (!map.has(point)) map.set(point, targets[i] ?? '')
  })
  return Array.from(text, (point) => map.get(point) ?? point).join('')
}

export const splitPart = (text: string, separator: string, number: number): string => {
  if (number === 0) return ''
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  return parts.at(number > 0 ? number - 1 : number) ?? ''
}
