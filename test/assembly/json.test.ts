/** JSON in the runtime beside JSON.parse: what is taken and refused, the tape, and cells along trees of what is wanted. */
import { describe, expect, it } from 'vitest'
import { CELLS, SLACK, TextState } from '../../src/sources/ndjson/text.ts'
import { type JsonFunctions, TreeNode, type Wanted } from '../../src/sources/ndjson/tree.ts'
import { Harness, random, seed } from './harness.ts'

const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 4000)
const h = new Harness()
const json = h.runtime as unknown as JsonFunctions
const start = h.next
const arena = {
  buffer: h.memory.buffer,
  allocate: (bytes: number) => {
    const address = h.reserve(bytes)
    h.bytes.fill(0, address, address + bytes)
    return address
  },
}
const { below, pick } = random(seed)

/** Places a text at the end of some other one, with what follows it in memory. */
const place = (content: string | Uint8Array, lines = true, depth = 64): { state: TextState; address: number; length: number } => {
  h.next = start
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const address = h.reserve(bytes.length + SLACK + 7) + below(7)
  h.bytes.set(bytes, address)
  h.bytes.fill(0, address + bytes.length, address + bytes.length + SLACK)
  return { state: new TextState(arena, { address, length: bytes.length, lines, depth, lease: 0 }), address, length: bytes.length }
}

const textOf = (address: number, bytes: number): string => Buffer.from(h.bytes.slice(address, address + bytes)).toString()

/** A cell's value, its text read by JSON.parse. */
const read = (address: number, word: number): unknown => {
  const [kind, bytes] = [word >>> 28, word & 0x0fffffff]
  const text = textOf(address, bytes)
  if (kind === CELLS.null) return null
  if (kind === CELLS.string) return text
  return JSON.parse(kind === CELLS.escaped ? `"${text}"` : text)
}

/** The tape as a value. */
const fromTape = (tape: Uint32Array): unknown => {
  let at = 0
  const next = (): unknown => {
    const [address, word] = [tape[at]!, tape[at + 1]!]
    at += 2
    const kind = word >>> 28
    if (kind === CELLS.array) {
      const out: unknown[] = []
      while (tape[at + 1]! >>> 28 !== CELLS.end) out.push(next())
      at += 2
      return out
    }
    if (kind !== CELLS.object) return read(address, word)
    const out = {}
    while (tape[at + 1]! >>> 28 !== CELLS.end) {
      const key = read(tape[at]!, (tape[at + 1]! & 0x0fffffff) | ((tape[at + 1]! >>> 28 === CELLS.escapedKey ? CELLS.escaped : CELLS.string) << 28)) as string
      at += 2
      Object.defineProperty(out, key, { value: next(), enumerable: true, configurable: true, writable: true })
    }
    at += 2
    return out
  }
  const value = next()
  expect(at).toBe(tape.length)
  return value
}

/** Halves of surrogate pairs do not come back from UTF-8. */
const isWellFormed = (s: string): boolean => Buffer.from(s).toString() === s
const wellFormed = (value: unknown): boolean =>
  typeof value === 'string' ? isWellFormed(value) : typeof value !== 'object' || value === null || Object.entries(value).every(([k, v]) => isWellFormed(k) && wellFormed(v))

/** What JSON.parse says, refusing halves of surrogate pairs and bytes that are no UTF-8. */
const witness = (bytes: Uint8Array): { value: unknown } | undefined => {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return wellFormed(value) ? { value } : undefined
  } catch {
    return undefined
  }
}

const whole = (content: string | Uint8Array): { value: unknown } | undefined => {
  const { state, address, length } = place(content)
  state.openTape(arena, 1)
  const end = json.json_tape(state.address | 0, address | 0) >>> 0
  if (end === 0) {
    expect(state.fault.at, JSON.stringify(content)).toBeLessThanOrEqual(length)
    expect(state.fault.message).not.toBe('')
    return undefined
  }
  const behind = json.json_tape(state.address | 0, end | 0) >>> 0
  return behind === address + length && state.tape.length > 0 && (behind === end || /^[ \t\r\n]*$/.test(textOf(end, behind - end))) ? { value: fromTape(state.tape) } : undefined
}

const STRINGS = ['', 'a', 'b', 'key', 'a key of more than sixteen bytes', 'é', '😀 grin', 'x"y', 'back\\slash', '\n\t\u0001', '__proto__', 'fifteen bytes..', 'sixteen bytes...', 'z'.repeat(40), '日本語日本語日本語', '\u007f\u0080\u07ff\u0800\uffff']
const NUMBERS = ['0', '-0', '1', '-12', '1.5', '0.25', '1e3', '1E+2', '2e-2', '9007199254740993', '-9223372036854775808', '123456789012345678901234567890', '0.1e1', '12345678.123456789']
const SPACES = ['', '', '', '', ' ', '\n', '\t \r\n', '                 ']

/** JSON text of a string, with escapes where they are not needed. */
const spelt = (text: string): string =>
  `"${[...text]
    .map((c) => {
      const code = c.codePointAt(0)!
      if (below(12) === 0) return [...c].length && c.split('').map((u) => `\\u${u.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
      if (c === '"' || c === '\\') return `\\${c}`
      return code < 32 ? `\\u00${code.toString(16).padStart(2, '0')}` : c
    })
    .join('')}"`

const text = (depth: number, spaces: readonly string[] = SPACES): string => {
  const s = () => pick(spaces)
  const kind = below(depth > 0 ? 8 : 5)
  if (kind === 0) return pick(['true', 'false', 'null'])
  if (kind <= 2) return pick(NUMBERS)
  if (kind <= 4) return spelt(pick(STRINGS))
  const parts = Array.from({ length: below(5) }, () => `${s()}${kind > 5 ? `${spelt(pick(STRINGS))}${s()}:${s()}` : ''}${text(depth - 1, spaces)}${s()}`)
  return kind > 5 ? `{${parts.join(',') || s()}}` : `[${parts.join(',') || s()}]`
}

const BYTES = [...'{}[]",:\\/ubntr0123456789eE+-.truefalsnl \n\t\r', '\u0000', '\u001f', 'é', '\u2028'].map((c) => Buffer.from(c))
const mutated = (content: Buffer): Buffer => {
  let bytes = content
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(bytes.length + 1)
    const kind = below(5)
    const by = kind === 4 ? Buffer.from([below(256)]) : pick(BYTES)
    bytes = kind === 0 ? bytes.subarray(0, at) : Buffer.concat([bytes.subarray(0, at), kind === 1 ? Buffer.alloc(0) : by, bytes.subarray(kind === 2 ? at : at + 1)])
  }
  return bytes
}

describe(`JSON in the runtime, seed ${seed}`, () => {
  it('takes what RFC 8259 does, and refuses the rest', () => {
    const good = ['0', '-0', ' true ', '"\\u0000"', '"\\ud83d\\ude00"', '[]', '{}', '[[],[{}]]', '{"":1}', '"\u007f"', '"\u2028"', '1e400', `"${'x'.repeat(100)}"`, '\n[1\r,\t2]\n']
    const bad = ['', ' ', '01', '-', '+1', '.5', '5.', '1e', '1e+', '0x1', 'NaN', 'Infinity', 'tru', 'nul', 'True', "'a'", '"', '"\\', '"\\u12"', '"\\x"', '"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"', '"\t"', '[', '[1', '[1,', '[1,]', '[,1]', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '{1:1}', '{"a" 1}', '1 2', '[1 2]', '// c\n1', '[1]]', '{}}', '\uFEFF1', 'nullx', '"a"b']
    for (const content of good) expect(whole(content), content).toEqual({ value: JSON.parse(content) })
    for (const content of bad) expect(whole(content), content).toBeUndefined()
    for (const bytes of [[0xff], [0xc0, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98]]) {
      for (const fill of [0, 13, 15, 16, 40]) expect(whole(Buffer.from([0x22, ...Array<number>(fill).fill(0x61), ...bytes, 0x22])), `${bytes} after ${fill}`).toBeUndefined()
    }
  })

  it('bounds how deep values are nested', () => {
    for (const [open, close] of [['[', ']'], ['{"a":', '}']] as const) {
      for (const [depth, fits] of [[64, true], [65, false], [100_000, false]] as const) {
        const content = `${open.repeat(depth)}1${close.repeat(depth)}`
        expect(whole(content) !== undefined, `${open} ${depth}`).toBe(fits)
        const { state, address } = place(content)
        const root = new TreeNode(arena, { kind: 'leaf' }, json)
        expect(json.json_scan(state.address | 0, root.address | 0, address | 0, 0)).toBe(fits ? 1 : 0)
      }
    }
  })

  it('says what is wrong, and where', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ['{"a":1,"b":01}', 'no number that JSON has', 11], ['{"a":tru}', 'a value was expected', 5], ['{"a":', 'it ends within a value', 5], ['[1 2]', "',' or the closing bracket was expected", 3],
      ['{"a" 1}', "':' was expected behind the key", 5], ['{a:1}', 'a key was expected, in double quotes', 1], ['["\\q"]', 'no such escape', 2], ['"\\ud800x"', 'half of a surrogate pair', 1], ['"a\tb"', 'a control character within a string', 2], ['[tr', 'it ends within a value', 3],
    ]
    for (const [content, message, at] of cases) {
      const { state, address } = place(content)
      state.openTape(arena, 64)
      expect(json.json_tape(state.address | 0, address | 0), content).toBe(0)
      expect(state.fault, content).toEqual({ message, at })
    }
  })

  it('reads what JSON.parse reads, and refuses what it refuses', () => {
    let refused = 0
    for (let round = 0; round < ROUNDS; round++) {
      const content = Buffer.from(text(4))
      const bytes = below(3) > 0 ? mutated(content) : content
      const want = witness(bytes)
      const got = whole(bytes)
      if (want === undefined) refused++
      expect(JSON.stringify(got), JSON.stringify([bytes.toString(), bytes.toString('hex')])).toBe(JSON.stringify(want))
    }
    expect(refused).toBeGreaterThan(ROUNDS / 10)
  })
})

/** Columns as values: what JSON.parse gives, taken along the tree. */
const valuesOf = (node: TreeNode): unknown[] => {
  const { wanted, count } = node
  const valid = (i: number) => h.bytes[node.validity + i] === 1
  const cells = new Uint32Array(h.memory.buffer, node.cells, (count + 1) * 2)
  switch (wanted.kind) {
    case 'leaf':
    case 'raw':
      return Array.from({ length: count }, (_, i) => {
        const [from, end] = [cells[2 * i]!, cells[2 * i + 1]!]
        return from > end ? null : textOf(from, end - from)
      })
    case 'struct': {
      const parts = node.children.map((c) => c && valuesOf(c))
      for (const part of parts) if (part) expect(part.length).toBe(count)
      return Array.from({ length: count }, (_, i) => (valid(i) ? wanted.keys.flatMap(({ name }, k) => (parts[k] ? [[name, parts[k][i]]] : [])) : null))
    }
    default: {
      const [first, second] = node.children.map((c) => valuesOf(c!))
      expect(cells[count]).toBe(first!.length)
      return Array.from({ length: count }, (_, i) => {
        if (!valid(i)) return null
        const [from, to] = [cells[i]!, cells[i + 1]!]
        return wanted.kind === 'list' ? first!.slice(from, to) : first!.slice(from, to).map((key, k) => [key, second![from + k]])
      })
    }
  }
}

/** Whether what was scanned is the value, taken along the tree. */
const same = (got: any, value: any, wanted: Wanted): boolean => {
  if (wanted.kind === 'leaf' || wanted.kind === 'raw') {
    if (value === null || value === undefined) return got === null
    if (wanted.kind === 'leaf' && typeof value === 'string') return got === value
    return JSON.stringify(JSON.parse(got)) === JSON.stringify(value) && !/\s/.test(got.replace(/"(?:[^"\\]|\\.)*"/g, ''))
  }
  if (wanted.kind === 'list') return Array.isArray(value) ? got.length === value.length && value.every((v, i) => same(got[i], v, wanted.element)) : got === null
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return got === null
  if (wanted.kind === 'map') {
    const entries = Object.entries(value)
    const read = new Map<string, unknown>(got)
    return got.length === entries.length && entries.every(([k, v]) => read.has(k) && same(read.get(k), v, wanted.element))
  }
  const asked = wanted.keys.flatMap(({ name, value: part }) => (part ? [[name, part] as const] : []))
  return got.length === asked.length && asked.every(([name, part], i) => got[i][0] === name && same(got[i][1], Object.hasOwn(value, name) ? value[name] : null, part))
}

const tree = (depth: number): Wanted => {
  const kind = depth > 0 ? below(4) : 0
  if (kind === 0) return { kind: below(4) === 0 ? 'raw' : 'leaf' }
  if (kind === 1) return { kind: 'list', element: tree(depth - 1) }
  if (kind === 2) return { kind: 'map', element: tree(depth - 1) }
  const names = [...new Set(Array.from({ length: below(8) }, () => pick(STRINGS)))]
  return { kind: 'struct', keys: [...names, ...(below(4) === 0 ? Array.from({ length: 20 }, (_, i) => `more${i}`) : [])].map((name) => ({ name, value: below(3) === 0 ? undefined : tree(depth - 1) })) }
}

/** A text that fits a tree, most times. */
const fitting = (wanted: Wanted, spaces: readonly string[]): string => {
  if (below(12) === 0 || wanted.kind === 'leaf' || wanted.kind === 'raw') return below(5) === 0 ? 'null' : text(2, spaces)
  const s = () => pick(spaces)
  if (wanted.kind === 'list') return `[${Array.from({ length: below(5) }, () => s() + fitting(wanted.element, spaces) + s()).join(',')}]`
  const entries =
    wanted.kind === 'map'
      ? [...new Set(Array.from({ length: below(5) }, () => pick(STRINGS)))].map((name): [string, string] => [name, fitting(wanted.element, spaces)])
      : wanted.keys.filter(() => below(5) > 0).map(({ name, value }): [string, string] => [name, value ? fitting(value, spaces) : text(1, spaces)])
  if (wanted.kind === 'struct' && below(5) === 0) entries.splice(below(entries.length + 1), 0, [`new${below(3)}`, text(1, spaces)])
  if (below(4) === 0) entries.sort(() => below(3) - 1)
  return `{${entries.map(([name, value]) => `${s()}${spelt(name)}${s()}:${s()}${value}${s()}`).join(',')}}`
}

/** A text with a key twice in an object is read by the last one of JSON.parse, and refused here where it is asked for. */
const scanned = (content: string | Uint8Array, wanted: Wanted, lines: boolean, commas = false): { values: unknown[] } | string => {
  const { state, address, length } = place(content, lines)
  const root = new TreeNode(arena, wanted, json)
  if (json.json_scan(state.address | 0, root.address | 0, address | 0, commas ? 1 : 0) === 0) {
    expect(state.fault.at).toBeLessThanOrEqual(length)
    return state.fault.message
  }
  return { values: valuesOf(root) }
}

describe(`JSON along a tree, seed ${seed}`, () => {
  it('keys in any order, missing, null, and spelt with escapes', () => {
    const wanted: Wanted = { kind: 'struct', keys: [{ name: 'a', value: { kind: 'leaf' } }, { name: 'skipped' }, { name: 'x"y', value: { kind: 'leaf' } }, { name: 'a key of more than sixteen bytes', value: { kind: 'leaf' } }] }
    const content = '{"a":1,"skipped":[{}],"x\\"y":"\\u0041","a key of more than sixteen bytes":true}\n\n {"a key of more than sixteen bytes":false,"a":null} \r\n{}\nnull\n{"\\u0061":2.5,"other":3}'
    const long = 'a key of more than sixteen bytes'
    expect(scanned(content, wanted, false)).toEqual({
      values: [[['a', '1'], ['x"y', 'A'], [long, 'true']], [['a', null], ['x"y', null], [long, 'false']], [['a', null], ['x"y', null], [long, null]], null, [['a', '2.5'], ['x"y', null], [long, null]]],
    })
    expect(scanned('{"x"y":1}', wanted, false)).toMatch(/':' was expected/)
  })

  it('keys twice: refused where asked for', () => {
    const wanted: Wanted = { kind: 'struct', keys: [{ name: 'a', value: { kind: 'leaf' } }, { name: 'b' }] }
    expect(scanned('{"a":1,"\\u0061":2}', wanted, false)).toMatch(/there before/)
    expect(scanned('{"b":1,"b":2}', wanted, false)).toEqual({ values: [[['a', null]]] })
    const map: Wanted = { kind: 'map', element: { kind: 'leaf' } }
    for (const n of [2, 17, 1000]) {
      const keys = Array.from({ length: n }, (_, i) => `"k${i}":${i}`)
      expect(scanned(`{${keys.join(',')}}`, map, false)).toMatchObject({ values: [{ length: n }] })
      expect(scanned(`{${keys.join(',')},"\\u006b${below(n)}":0}`, map, false)).toMatch(/there before/)
    }
  })

  it('lines, values side by side, and commas', () => {
    const leaf: Wanted = { kind: 'leaf' }
    expect(scanned('1\n2 3\n\n[4]{}"x"', leaf, false)).toEqual({ values: ['1', '2', '3', '[4]', '{}', 'x'] })
    expect(scanned('[1,\n2]', leaf, false)).toMatch(/./)
    expect(scanned('[1,\n2]', leaf, true)).toEqual({ values: ['[1,2]'] })
    expect(scanned('1"x"', leaf, true)).toMatch(/nothing between/)
    expect(scanned('1 , {"a":2}\n,"x" ', leaf, true, true)).toEqual({ values: ['1', '{"a":2}', 'x'] })
    expect(scanned('1 2', leaf, true, true)).toMatch(/','/)
    expect(scanned('1,', leaf, true, true)).toMatch(/ends/)
    expect(scanned('', leaf, true, true)).toMatch(/ends/)
    expect(scanned('', leaf, true)).toEqual({ values: [] })
  })

  it('what JSON.parse reads, taken along trees', () => {
    let refused = 0
    for (let round = 0; round < ROUNDS / 4; round++) {
      const wanted = tree(3)
      const lines = below(2) === 0
      const spaces = lines ? SPACES : ['', '', '', ' ', '\t', '  \t   ']
      const rows = Array.from({ length: below(6) }, () => fitting(wanted, spaces))
      const content = rows.map((row) => row + pick(['\n', '\r\n', '\n\n \n'])).join('')
      const parsed = rows.map((row) => JSON.parse(row) as unknown)
      const got = scanned(content, wanted, lines)
      if (typeof got === 'string') {
        refused++
        expect(got, content).toMatch(/there before/)
      } else {
        expect(got.values.length).toBe(rows.length)
        for (const [i, value] of parsed.entries()) expect(same(got.values[i], value, wanted), JSON.stringify([rows[i], got.values[i], wanted])).toBe(true)
      }
    }
    expect(refused).toBeLessThan(ROUNDS / 8)
  })

  it('refuses what JSON.parse refuses, wherever it stands', () => {
    for (let round = 0; round < ROUNDS / 4; round++) {
      const wanted = tree(3)
      const bytes = mutated(Buffer.from(`{"a":${fitting(wanted, [''])}}`))
      const want = witness(bytes)
      const got = scanned(bytes, { kind: 'struct', keys: [{ name: 'a', value: wanted }] }, true)
      // several values may stand side by side
      if (want !== undefined) expect(typeof got === 'string' ? got : 'there before', bytes.toString()).toMatch(/there before/)
      else if (typeof got !== 'string') expect(whole(Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')])) === undefined || got.values.length !== 1, bytes.toString()).toBe(true)
    }
  })
})
