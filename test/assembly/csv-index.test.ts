/** Where cells of CSV text lie, against a reference that goes byte by byte: every dialect, and text at every offset to the steps of 64 bytes. */
import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 4000)

interface Dialect {
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
  readonly comment: string
  readonly ragged: number
}

const STATUS = ['done', 'full', 'ragged', 'open', 'quote'] as const
interface Outcome {
  readonly status: (typeof STATUS)[number]
  /** Cells as they stand, quotes and all; undefined for one that a padded row lacks. */
  readonly rows: (string | undefined)[][]
  readonly aside: string[]
  /** Where the row in question begins, for an error. */
  readonly at?: number
}

/** What csv_index should find. `text` ends in a line feed. */
const reference = (text: string, columns: number, d: Dialect): Outcome => {
  const rows: (string | undefined)[][] = []
  const aside: string[] = []
  let p = 0
  while (p < text.length) {
    const start = p
    let cells: string[] = []
    let from = p
    let state: 'start' | 'plain' | 'quoted' | 'closed' | 'comment' | 'broken' = 'start'
    let spaces = false
    let end = -1
    let commented = false
    for (; ; p++) {
      if (p === text.length) return { status: 'open', rows, aside, at: start }
      const c = text[p] as string
      if (state === 'quoted') {
        if (d.escape !== '' && d.escape !== d.quote && c === d.escape) p++
        else if (c === d.quote) state = 'closed'
        spaces = false
        continue
      }
      if (c === '\n' || (c === '\r' && text[p + 1] !== '\n')) {
        end = p - (c === '\n' && p > from && text[p - 1] === '\r' ? 1 : 0)
        break
      }
      if (c === '\r' || state === 'comment' || state === 'broken') {
        if (c === '\r' && state === 'start') state = 'plain'
        continue
      }
      if (c === d.delimiter) {
        cells.push(text.slice(from, p))
        from = p + 1
        state = 'start'
      } else if (c === d.comment) {
        if (p !== start) cells.push(text.slice(from, p))
        commented = true
        state = 'comment'
      } else if (state === 'closed') {
        if (c === d.quote && d.escape === d.quote && !spaces) state = 'quoted'
        else if (c === ' ') spaces = true
        else if (d.ragged === 2) state = 'broken'
        else return { status: 'quote', rows, aside, at: start }
      } else if (state === 'start' && c === d.quote) state = 'quoted'
      else if (c !== ' ') state = 'plain'
    }
    p++
    if (state === 'broken') {
      aside.push(text.slice(start, end))
      continue
    }
    if (!commented) cells.push(text.slice(from, end))
    else if (cells.length === 0) continue
    if (cells.length === columns) rows.push(cells)
    else if (cells.length === 1 && cells[0] === '') continue
    else if (d.ragged === 1 && cells.length < columns) rows.push([...cells, ...new Array<undefined>(columns - cells.length).fill(undefined)])
    else if (d.ragged === 2) aside.push(commented ? cells.join(d.delimiter) : text.slice(start, end))
    else return { status: 'ragged', rows, aside, at: start }
    cells = []
  }
  return { status: 'done', rows, aside }
}

const block = h.reserve(128)
const words = h.reserve(1 << 20)
const input = h.reserve(1 << 16)
const asideRoom = h.reserve(1 << 14)

/** Indexed in as many calls as it takes with room for so many words. */
const indexed = (text: string, columns: number, d: Dialect, offset: number, room: number): Outcome => {
  const from = input + offset
  h.bytes.fill(0x0a, input, input + 512)
  h.bytes.set(Buffer.from(text, 'latin1'), from)
  const end = from + text.length
  // what follows is not part of it
  h.bytes.set(Buffer.from('\n",",\n\n', 'latin1'), end)
  const code = (s: string) => (s === '' ? 0x100 : s.charCodeAt(0))
  const rows: (string | undefined)[][] = []
  const slice = (a: number, b: number) => Buffer.from(h.bytes.slice(a, b)).toString('latin1')
  const settings = [from, end, words, words + 4 * room, columns, code(d.delimiter), code(d.quote), code(d.escape), code(d.comment), d.ragged, 0, 0, 0, asideRoom, asideRoom + (1 << 14), 0]
  for (const [i, value] of settings.entries()) h.set(block + 4 * i, value)
  for (;;) {
    h.set(block + 8, words)
    h.call('csv_index', block)
    const status = STATUS[h.get(block + 44)] as Outcome['status']
    const count = status === 'done' || status === 'full' ? h.get(block + 40) : undefined
    // of a row in question the rows before it stand all the same
    const before = count ?? Number.POSITIVE_INFINITY
    for (let r = 0; r < before; r++) {
      const word = (i: number) => h.get(words + 4 * (r * (columns + 1) + i))
      if (count === undefined && word(0) + 1 >= h.get(block)) break
      rows.push(Array.from({ length: columns }, (_, i) => (word(i) + 1 > word(i + 1) ? undefined : slice(word(i) + 1, word(i + 1)))))
    }
    if (status === 'full') continue
    const aside: string[] = []
    for (let at = asideRoom; at < h.get(block + 52); at += 16) aside.push(slice(h.get(at), h.get(at + 4)))
    return status === 'done' ? { status, rows, aside } : { status, rows, aside, at: h.get(block) - from }
  }
}

const DIALECTS: readonly Dialect[] = [
  { delimiter: ',', quote: '"', escape: '"', comment: '', ragged: 0 },
  { delimiter: ',', quote: '"', escape: '"', comment: '', ragged: 1 },
  { delimiter: ';', quote: '"', escape: '"', comment: '', ragged: 2 },
  { delimiter: '|', quote: '"', escape: '\\', comment: '', ragged: 0 },
  { delimiter: '|', quote: "'", escape: '\\', comment: '', ragged: 2 },
  { delimiter: '\t', quote: '', escape: '', comment: '', ragged: 2 },
  { delimiter: ',', quote: '"', escape: '"', comment: '#', ragged: 1 },
  { delimiter: ',', quote: '"', escape: '', comment: '#', ragged: 2 },
]

/** A text in which most rows have as many cells as they should. */
const sample = (columns: number, d: Dialect): string => {
  const pieces = ['a', 'bc', ' ', '1', 'long text here', '', '', 'é', '\r', d.quote, d.escape, d.comment, d.delimiter]
  const quoted = () => {
    let s = ''
    for (let n = below(4); n > 0; n--) s += pick(['x', ' ', '\n', '\r\n', d.delimiter, d.comment, 'some words', d.escape && d.escape + d.quote, d.escape && d.escape + d.escape])
    return d.quote + s + d.quote
  }
  let text = ''
  const odd = below(3) === 0
  for (let rows = below(12); rows >= 0; rows--) {
    const cells = odd && below(6) === 0 ? below(4) : columns
    const row = Array.from({ length: cells }, () => {
      const kind = below(odd ? 8 : 5)
      if (kind < 3) return pick(['1', 'ab', '2024-01-01', '', 'word word'])
      if (kind < 5 && d.quote) return quoted()
      if (kind < 7) return `${' '.repeat(below(3))}${d.quote ? quoted() : 'x'}${' '.repeat(below(2))}`
      return pick(pieces) + pick(pieces)
    })
    text += row.join(d.delimiter) + pick(['\n', '\n', '\n', '\r\n', '\r'])
    if (odd && below(8) === 0) text += pick(['\n', '\r\n', `${d.comment}note, "x"\n`, '   \n'])
  }
  return `${text}\n`
}

describe(`cells of CSV text, seed ${seed}`, () => {
  it('literal rows', () => {
    const d = DIALECTS[0] as Dialect
    const at = (text: string, columns: number) => indexed(text, columns, d, 0, 4000)
    expect(at('a,b\n1,"x,\ny"\r\n,\n', 2)).toEqual({ status: 'done', rows: [['a', 'b'], ['1', '"x,\ny"'], ['', '']], aside: [] })
    expect(at('a,b\n1\n', 2)).toEqual({ status: 'ragged', rows: [['a', 'b']], aside: [], at: 4 })
    expect(at('a,b\n1,"x"y\n', 2)).toEqual({ status: 'quote', rows: [['a', 'b']], aside: [], at: 4 })
    expect(at('a,b\n1,"x\n2,y\n', 2)).toEqual({ status: 'open', rows: [['a', 'b']], aside: [], at: 4 })
    expect(at('a\n\nb\n', 1)).toEqual({ status: 'done', rows: [['a'], [''], ['b']], aside: [] })
  })

  it('is what the reference finds', () => {
    for (let i = 0; i < rounds; i++) {
      const d = pick(DIALECTS)
      const columns = 1 + below(5)
      const text = sample(columns, d)
      const want = reference(text, columns, d)
      const room = pick([4000, 65 * (columns + 1) + 330])
      expect(indexed(text, columns, d, below(70), room), JSON.stringify({ text, columns, d })).toEqual(want)
    }
  })

  it('lines', () => {
    for (let i = 0; i < 500; i++) {
      const text = Array.from({ length: below(80) }, () => pick(['a', '\n', '\r', '\r\n'])).join('')
      h.bytes.set(Buffer.from(`${text}\n`), input)
      expect(h.call('csv_lines', input, input + text.length)).toBe(text.split(/\r\n|\r|\n/).length - 1)
    }
  })
})
