/** Functions that the pool's tests call in workers. */
export const poke = ({ at, value }, { memory }) => {
  new Uint32Array(memory.buffer, at, 1)[0] = value
  return value + 1
}
export const fail = () => {
  throw new RangeError('no')
}
export const size = (buffer) => buffer.byteLength
export const exit = (code) => process.exit(code)
export const exit_soon = (ms) => void setTimeout(() => process.exit(1), ms)
export const explode = () =>
  new Promise(() => {
    setTimeout(() => {
      throw new Error('in a timer')
    }, 5)
  })
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** Kernels instantiated in this worker from now on end its thread where they call math.cos with 1. */
export const mine = () => {
  const { cos } = Math
  Math.cos = (x) => (x === 1 ? process.exit(1) : cos(x))
}
