/**
 * The build check of assembly/. Every worker instantiates the runtime over the same shared memory, so nothing in it may keep
 * state: an allocator's heap pointer or a mutable static would exist once per worker and once in memory, and disagree.
 * Works on the compiled bytes, so that no spelling in the source escapes it.
 */
import wabtInit from 'wabt'

/** Static data may lie in [64 KiB, 1 MiB); the bridge's control block starts there. */
const DATA_FIRST = 65536
const DATA_LIMIT = 1 << 20
const IMPORTS = new Map([
  ['env.memory', 2],
  ['env.reserve', 0],
])
const KINDS = ['function', 'table', 'memory', 'global']

/** Reads a module's sections; throws on bytes that are not a module. */
const sections = function* (bytes) {
  let at = 8
  while (at < bytes.length) {
    const id = bytes[at++]
    const [size, start] = leb(bytes, at)
    yield { id, body: bytes.subarray(start, start + size) }
    at = start + size
  }
}

/** LEB128 at `at`: [value, next]. */
const leb = (bytes, at, signed = false) => {
  let value = 0n
  let shift = 0n
  for (;;) {
    const byte = bytes[at++]
    if (byte === undefined) throw new Error('truncated module')
    value |= BigInt(byte & 127) << shift
    shift += 7n
    if (byte < 128) return [Number(signed ? BigInt.asIntN(Number(shift), value) : value), at]
  }
}

const readImports = (body) => {
  const found = []
  let [count, at] = leb(body, 0)
  const word = () => {
    const [length, start] = leb(body, at)
    at = start + length
    return Buffer.from(body.subarray(start, at)).toString()
  }
  const number = () => {
    const [value, next] = leb(body, at)
    at = next
    return value
  }
  const limits = () => {
    const flags = number()
    number()
    if (flags & 1) number()
  }
  for (; count > 0; count--) {
    const name = `${word()}.${word()}`
    const kind = body[at++]
    found.push({ name, kind })
    if (kind === 0) number()
    else if (kind === 2) limits()
    else if (kind === 1) {
      at++
      limits()
    } else at += 2
  }
  return found
}

/** Active segments with a constant offset; asc writes no others. */
const readData = (body) => {
  const found = []
  let [count, at] = leb(body, 0)
  for (; count > 0; count--) {
    const flags = body[at++]
    let offset
    if (flags !== 1) {
      if (flags === 2) at = leb(body, at)[1]
      if (body[at++] !== 0x41) return [...found, { offset: undefined, length: 0 }]
      ;[offset, at] = leb(body, at, true)
      at++
    }
    const [length, start] = leb(body, at)
    found.push({ passive: flags === 1, offset: offset === undefined ? undefined : offset >>> 0, length })
    at = start + length
  }
  return found
}

/**
 * What is wrong with a runtime module, one sentence each; empty when nothing is.
 * @param {Uint8Array} bytes
 * @returns {Promise<string[]>}
 */
export const runtimeProblems = async (bytes) => {
  const problems = []
  for (const { id, body } of sections(bytes)) {
    if (id === 2)
      for (const { name, kind } of readImports(body))
        if (IMPORTS.get(name) !== kind) problems.push(`imports the ${KINDS[kind]} ${name}: only env.memory and env.reserve are given`)
    if (id === 5) problems.push('defines a memory of its own')
    if (id === 11)
      for (const { passive, offset, length } of readData(body))
        if (!passive && (offset === undefined || offset < DATA_FIRST || offset + length > DATA_LIMIT))
          problems.push(`static data at ${offset ?? 'a computed address'} (${length} bytes) leaves [${DATA_FIRST}, ${DATA_LIMIT})`)
  }
  const wabt = await wabtInit()
  const features = { simd: true, threads: true, bulk_memory: true, mutable_globals: true, sign_extension: true, sat_float_to_int: true }
  // A copy of its own: wabt reads the whole buffer under a view.
  const module = wabt.readWasm(new Uint8Array(bytes), { readDebugNames: true, ...features })
  module.applyNames()
  const text = module.toText({})
  module.destroy()
  for (const [, name] of text.matchAll(/\(global (\S+) [^\n]*\(mut /g)) problems.push(`keeps state in the mutable global ${name}`)
  let owner = '?'
  for (const line of text.split('\n')) {
    owner = /^\s*\(func (\S+)/.exec(line)?.[1] ?? owner
    if (/\bmemory\.grow\b/.test(line)) problems.push(`grows the memory in ${owner}`)
    if (/^\s*\(func \$?~lib\/rt\//.test(line)) problems.push(`holds the allocator's function ${owner}`)
  }
  return problems
}
