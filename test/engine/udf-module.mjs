/** Functions that workers import. */
import { isMainThread } from 'node:worker_threads'

export const where = () => (isMainThread ? 'main' : 'worker')
export const double = (x) => x * 2n
export const describe = (x) => (x === null ? 'nothing' : `<${x}>`)
export const fails = () => {
  throw new RangeError('not today')
}
export const wrong = () => 'no number'
export default (a, b) => `${a}/${b}`
export const number = 42
export const exits = () => process.exit(7)
export const loops = () => {
  for (;;);
}
