/**
 * CSV files as DuckDB's read_csv reads them: literal odd ones, random ones, cut into tasks of every size. Where the two differ on purpose
 * (docs/SOURCES.md) the case says what arcweld gives.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { CsvOptions } from '../../src/sources/csv/options.ts'
import { random, seed } from '../assembly/harness.ts'
import { memory, type Read, readCsv } from './csv-reader.ts'
import { openWitness, type Witness } from './duckdb.ts'

let folder: string
let duckdb: Witness
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-csv-'))
  path = join(folder, 'table.csv')
  duckdb = await openWitness()
})
afterAll(async () => {
  duckdb.close()
  await rm(folder, { recursive: true })
})

const read = async (text: string | Uint8Array, options: CsvOptions = {}): Promise<Read> => {
  await writeFile(path, text)
  return readCsv(path, options)
}

const DUCK_NAMES: Record<string, string> = { int64: 'BIGINT', double: 'DOUBLE', bool: 'BOOLEAN', string: 'VARCHAR', date: 'DATE', timestamp: 'TIMESTAMP', timestamptz: 'TIMESTAMP WITH TIME ZONE' }

/** Types, names and values are DuckDB's; `given` are its options. */
const expectDuckDb = async (got: Read, given = ''): Promise<void> => {
  const described = (await duckdb.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_csv('${path}'${given})`)).getRows() as string[][]
  expect(got.names).toEqual(described.map(([name]) => name))
  expect(got.types.map((type) => DUCK_NAMES[type] ?? type.toUpperCase())).toEqual(described.map(([, type]) => type))
  const want = await duckdb.columns(`SELECT * FROM read_csv('${path}'${given})`, got.types.map((type) => parseType(type) as SqlType))
  // of no rows DuckDB gives no columns
  expect(got.columns).toEqual(want.length ? want : got.columns.map(() => []))
}

describe('as DuckDB reads them', () => {
  const SAME: readonly string[] = [
    'a,b\n1,x\n2,y\n', 'a,b\n1,""\n2,\n', 'a,b\n1,"x""y"\n', 'a,b\n1,"x"y\n2,z\n', 'a,b\n1,x"y\n2,z\n', 'a,b\n1, "x"\n2,z\n', 'a,b\n1,"x" \n2,z\n',
    'a,b\n1,2\n\n3,4\n', 'a\n1\n\n3\n', 'a\nx\n\ny\n', 'a,b\n1,true\n2,false\n', 'a,b\n1,true\n2,1\n', 'a,b\n1,t\n2,f\n', 'a,b\n1,True\n2,FALSE\n', 'a,b\n1,yes\n2,No\n', 'a,b\n1,y\n',
    'a,b\n1,2020-01-01\n2,2020-02-01\n', 'a,b\n1,2020-01-01\n2,5\n', 'a,b\n1,5\n2,2020-01-01\n', 'a,b\n1,2020-01-01 10:11:12+02\n', 'a,b\n1,2020-01-01T10:11:12Z\n',
    'a,b\n1,1.5\n2,3\n', 'a,b\n1,1e5\n2,3\n', 'a,b\n1,99999999999999999999\n2,3\n', 'a,b\n1,nan\n2,-inf\n', 'a,b\n1, 5\n2, 6 \n', 'a,b\n1,+5\n2,-6\n', 'a,b\n1,007\n2,6\n', 'a,b\n1,1_000\n2,6\n', 'a,b\n1,0x10\n2,6\n',
    '1,2\n3,4\n', 'x,y\nz,w\n', 'x,y\n1,2\n', 'x,1\n1,2\n', 'a,a,b\n1,2,3\n', 'a,,b\n1,2,3\n', 'a;b\n1;2\n', 'a|b\n1|2\n', 'a\tb\n1\t2\n', 'a\n1\n2\n', 'a b\n1 2\n', 'abc\n', '', '\n', 'a,b\n', 'a,b', '\ufeffa,b\n1,2\n',
    'a,b\r\n1,2\r\n3,4\r\n', 'a,b\r1,2\r3,4\r', 'a,b\n1,"x\ny"\n2,z\n', '# c\na,b\n1,2\n', 'a,b\n1,2\n# c\n3,4\n', 'a,b\n1,2 # c\n3,4\n', 'a,b\n1,"x\\"y"\n2,z\n', "a,b\n1,'x,y'\n2,'z'\n", 'a,b\n1,"x\n',
    'title\n\na,b\n1,2\n3,4\n', 'title\na,b\n1,2\n3,4\n', 'a,b\n1,NULL\n2,3\n', 'a,b\n1,null\n2,\n', 'a,b\n1,\n2,\n', 'a,b\n 1 ,x\n2,y\n', 'a,b,\n1,2,\n3,4,\n', 'a||b\n1||2\n',
    "a,b\n1,'x'\n2,'z'\n", '1,2\n', 'a,1\n', '1\n', 'a\n1\n\n\n', 'a,b\n1,2\n\n', 'x,y\n,\n', ',,\n1,2,3\n', '1,2,3\n,,\n', '1,1,1,1,1,1,1,1,1,1,1\n1,2,3,4,5,6,7,8,9,10,11\n', '"a b","c""d"\n1,2\n', ' a , b \n1,2\n',
    'a,B,A\n1,2,3\n', 'a,b\n"",x\n1,y\n', 'a,b\n1,"x\r\ny"\n', 'a\tb c\n1\t2 3\n', 'a,b\n1,"x"\n2,"y,z"\n3,w "q" w\n', 'date,v\n2020-01-01,1\n', "a;b\n'1;2';3\n", 'a,b\n"1,2\n3",4\n', '\n\n1,2\n3,4\n', 'a,b\n\n1,2\n', 'x\n"a"\n"b,c"\n',
    'a,b\n1,infinity\n2,2020-01-01\n', 'a,b\n1,epoch\n2,2020-01-01\n', 'a,b\n1,2020/01/02\n', 'a,b\n1,20200102\n', 'a,b\n1,2020-1-2\n', 'a,b\n1,2020-01-02 10:00\n', 'a,b\n1,2020-01-02 1:2:3.5\n', 'a,b\n1,2020-13-02\n', 'a,b\n1,1e400\n2,5\n',
    'a,b\n1,9223372036854775808\n2,5\n', 'a,b\n1,-9223372036854775808\n2,5\n', 'a,b\n1,5.\n2,.5\n', 'a,b\n1,"a;b"\n2,"c;d"\n', 'a,b\n2020-01-01,1\n', '2020-01-01,1\n2020-01-02,2\n', 'a,b\n,\n1,2\n', "a,b\n1,it's\n2,x\n", 'a,b\n1,x\n2,y\n,\n',
    'a,b\n1,x\n\n\n', '\n\na,b\n1,x\n', 'a,b\n1,2\n3,4', 'a,b\n1,x\u0000y\n', 'a;b,c\n1;2,3\n4;5,6\n', 'k: v, w\nq: r, s\n', 'a,b\n1,2020-02-01 10:11:12\n2,2020-01-01\n', 'a,b\n1,2020-02-01 10:11:12\n2,2020-02-01 10:11:12Z\n',
    'a,b\n1,ünï\n2,日本語\n3,🙂\n', '"a","b"\n"1","2"\n', 'a,b\n1,-0\n2,-0.0\n', 'a,b\n1,0.1\n2,123456789.123456789\n3,1e-300\n', 'a,b\n1,1.7976931348623157e308\n2,5e-324\n3,0.30000000000000004\n',
  ]
  for (const text of SAME) {
    it(JSON.stringify(text), async () => {
      await expectDuckDb(await read(text))
    })
  }

  const TOLD: readonly (readonly [string, CsvOptions, string])[] = [
    ['a,b\n1,2\n3\n', { ragged: 'pad', delimiter: ',' }, ',null_padding=true'],
    ['a,b\n1,x"y\n2,z\n', { quote: '', delimiter: ',' }, ",quote='',delim=','"],
    ['a,b\n1,""\n2,NA\n3,"NA"\n', { nullStrings: 'NA' }, ",nullstr='NA'"],
    ['a,b\n1,""\n2,NA\n3,"NA"\n', { nullStrings: 'NA', quotedNulls: false }, ",nullstr='NA',allow_quoted_nulls=false"],
    ['a,b\n1,""\n2,x\n3,\n', { quotedNulls: false, quote: '"', delimiter: ',', header: true }, ",quote='\"',delim=',',header=true,allow_quoted_nulls=false"],
    ['a,b\n1,\n2,NA\n3,5\n', { nullStrings: ['NA', ''] }, ",nullstr=['NA','']"],
    ['a,b\n1,"x\\\\y\\n"\n2,z\n', { quote: '"', escape: '\\' }, ",quote='\"',escape='\\'"],
    ['x\na,b\n1,2\n', { skip: 1 }, ',skip=1'],
    ['a,b\n1,2\n', { skip: 1 }, ',skip=1'],
    ['a,b\n1,2\n', { header: false }, ',header=false'],
    ['1,2\n3,4\n', { header: true }, ',header=true'],
    ['a,b\n1,2\n3,4\n', { types: { a: 'varchar' } }, ",types={'a':'VARCHAR'}"],
    ['a,b\n1,2\n3,4\n', { columns: { x: 'BIGINT', y: 'VARCHAR' } }, ",columns={'x':'BIGINT','y':'VARCHAR'}"],
    ['1,2\n3,4\n', { columns: { x: 'BIGINT', y: 'VARCHAR' } }, ",columns={'x':'BIGINT','y':'VARCHAR'}"],
    ['a,b\n1,31.12.2020\n', { dateFormat: '%d.%m.%Y' }, ",dateformat='%d.%m.%Y'"],
    ['a,b\n1,31.12.2020 11\n', { timestampFormat: '%d.%m.%Y %H' }, ",timestampformat='%d.%m.%Y %H'"],
    ['a,b\n1,2\n#x\n3,4#y\n', { comment: '#' }, ",comment='#'"],
    ['a,b\n1,2 #x,y\n', { comment: '#' }, ",comment='#'"],
    ['a,b\n1,"2#x"\n', { comment: '#' }, ",comment='#'"],
    ['a,b\n1,2\n3,4\n', { delimiter: ';' }, ",delim=';'"],
    ['a b\n1 2\n3 4\n', { delimiter: ' ' }, ",delim=' '"],
    ['a,b\n1,yes\n2,0\n', { columns: { a: 'bigint', b: 'boolean' } }, ",columns={'a':'BIGINT','b':'BOOLEAN'}"],
    ['a,b\n+1,1.5\n007,1e3\n1_000,0x1f\n', { columns: { a: 'bigint', b: 'bigint' } }, ",columns={'a':'BIGINT','b':'BIGINT'}"],
    ['a,b\n1,1.005\n2,-0.994\n', { columns: { a: 'bigint', b: 'decimal(10,2)' } }, ",columns={'a':'BIGINT','b':'DECIMAL(10,2)'}"],
    ['a,b\n1,12345678901234567890.125\n', { columns: { a: 'int8', b: 'decimal(38,3)' } }, ",columns={'a':'TINYINT','b':'DECIMAL(38,3)'}"],
    ['a,b\n1,2020-01-02 10:00:00+02\n2,2020-01-02\n', { columns: { a: 'bigint', b: 'timestamptz' } }, ",columns={'a':'BIGINT','b':'TIMESTAMPTZ'}"],
    ['a,b\n1,170141183460469231731687303715884105727\n', { columns: { a: 'uint64', b: 'int128' } }, ",columns={'a':'UBIGINT','b':'HUGEINT'}"],
    ['a,b\n1,1.1\n', { columns: { a: 'int16', b: 'float' } }, ",columns={'a':'SMALLINT','b':'FLOAT'}"],
  ]
  for (const [text, options, given] of TOLD) {
    it(`${JSON.stringify(text)}${given}`, async () => {
      const got = await read(text, options)
      const types = got.types.map((type) => parseType(type) as SqlType)
      expect(got.columns).toEqual(await duckdb.columns(`SELECT * FROM read_csv('${path}'${given})`, types))
      const described = (await duckdb.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_csv('${path}'${given})`)).getRows() as string[][]
      expect(got.names).toEqual(described.map(([name]) => name))
    })
  }
})

describe('other than DuckDB, on purpose', () => {
  const rows = (got: Read) => (got.columns[0] ?? []).map((_, i) => got.columns.map((column) => column[i]))

  it('a row that does not fit is an error, and no reason for one column or fewer rows', async () => {
    await expect(read('a,b\n1,2\n3\n')).rejects.toMatchObject({ code: 'MALFORMED_ROW', line: 3, column: 2 })
    await expect(read('a,b\n1,2\n3,4,5\n')).rejects.toMatchObject({ code: 'MALFORMED_ROW', line: 3, column: 3 })
  })

  it('a time of day is text', async () => {
    expect(await read('a,b\n1,10:11:12\n')).toMatchObject({ types: ['int64', 'string'], columns: [[1n], ['10:11:12']] })
  })

  it('a date before timestamps is one of them', async () => {
    expect((await read('a,b\n1,2020-01-01\n2,2020-02-01 10:11:12\n')).types).toEqual(['int64', 'timestamp'])
  })

  it('ends of lines may be of several kinds', async () => {
    expect(rows(await read('a,b\n1,2\r\n3,4\n5,6\r'))).toEqual([[1n, 2n], [3n, 4n], [5n, 6n]])
  })

  it('values behind the sample widen the type', async () => {
    expect(await read('a,b\n1,2\n3,4.5\n', { sample: 1 })).toMatchObject({ types: ['int64', 'double'], columns: [[1n, 3n], [2, 4.5]] })
    expect(await read('a,b\n1,2\n3,x\n', { sample: 1 })).toMatchObject({ types: ['int64', 'string'], columns: [[1n, 3n], ['2', 'x']] })
    expect(await read('a,b\n1,2020-01-01\n3,2020-01-01 10:00\n', { sample: 1 })).toMatchObject({ types: ['int64', 'timestamp'] })
    // DuckDB makes 7 of it
    expect(await read('a,b\n1,2\n3,007\n', { sample: 1 })).toMatchObject({ types: ['int64', 'string'], columns: [[1n, 3n], ['2', '007']] })
  })

  it('what is no value of a told type is an error with line and cell', async () => {
    await expect(read('a,b\n1,2\n"3\n",x\n', { columns: { a: 'string', b: 'int32' } })).rejects.toMatchObject({ code: 'CAST_FAILED', line: 4, column: 2, byteOffset: 13 })
    await expect(read('a,b\n1,300\n', { columns: { a: 'int8', b: 'int8' } })).rejects.toMatchObject({ code: 'CAST_FAILED', line: 2, column: 2 })
  })

  it('bytes that are no UTF-8', async () => {
    await expect(read(Buffer.from('a,b\n1,\xff\n', 'latin1'))).rejects.toMatchObject({ code: 'INVALID_UTF8', line: 2 })
    expect((await read(Buffer.from('a,b\n1,\xe9\n', 'latin1'), { encoding: 'latin-1' })).columns).toEqual([[1n], ['é']])
    expect((await read(Buffer.from('\ufeffa,b\n1,é🙂\n', 'utf16le'), { encoding: 'utf-16' })).columns).toEqual([[1n], ['é🙂']])
  })

  it('rows set aside', async () => {
    const aside: unknown[] = []
    const got = await read('a,b\n1,2\n3,4,5\n6\n"x"y,7\n8,9\n', { ragged: 'aside', delimiter: ',', quote: '"', onAside: (row) => aside.push(row) })
    expect(rows(got)).toEqual([[1n, 2n], [8n, 9n]])
    expect(aside).toEqual([{ line: 3, text: '3,4,5' }, { line: 4, text: '6' }, { line: 5, text: '"x"y,7' }])
  })
})

describe(`cuts, seed ${seed}`, () => {
  const { below, pick } = random(seed)
  const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 12)

  const table = (rows: number, eol: string, quotes: boolean): string => {
    const cell = () => {
      const text = pick(['x', 'some words', 'a"b', 'a,b', 'two\nlines', 'two\r\nlines', ' ', 'é', '"'])
      return quotes ? `"${text.replaceAll('"', '""')}"` : text.replaceAll(/[",\r\n]/g, '')
    }
    let text = `id,when,amount,note${eol}`
    for (let i = 0; i < rows; i++) text += [i, `2024-01-${String(1 + below(28)).padStart(2, '0')}`, below(3) ? (below(1e6) / 100).toFixed(2) : '', below(4) ? cell() : ''].join(',') + eol
    return text
  }

  it('at every byte', async () => {
    const text = table(12, '\r\n', true)
    const whole = await read(text)
    for (let pieceBytes = 16; pieceBytes < text.length; pieceBytes++) {
      expect((await read(text, { pieceBytes })).columns, `pieces of ${pieceBytes} bytes`).toEqual(whole.columns)
    }
    await expectDuckDb(whole)
  }, 60_000)

  it('random tables', async () => {
    for (let i = 0; i < rounds; i++) {
      const text = table(1 + below(3000), pick(['\n', '\r\n']), below(2) === 0)
      const options: CsvOptions = { pieceBytes: 16 + below(below(3) ? 300 : 100_000), delimiter: ',', quote: '"', header: true }
      const got = await read(text, options)
      await expectDuckDb(got, ",delim=',',quote='\"',header=true")
    }
  }, 60_000)
})

describe(`kinds of values, seed ${seed}`, () => {
  const { below, pick, next } = random(seed)
  const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 40)
  const two = (n: number) => String(n).padStart(2, '0')
  const KINDS: Record<string, () => string> = {
    int: () => String(below(1e6) - 5e5),
    big: () => '9'.repeat(1 + below(21)),
    double: () => pick([(next() * 1e4).toFixed(below(6)), `${next()}e${below(20)}`, `-${next()}`, '.5', '5.', '1E5', 'nan']),
    bool: () => pick(['true', 'false', 'T', 'f', 'Yes', 'no', 'TRUE']),
    date: () => `2024-${two(1 + below(12))}-${two(1 + below(28))}`,
    timestamp: () => `2024-01-${two(1 + below(28))}${pick([' ', 'T'])}${two(below(24))}:${two(below(60))}${pick(['', `:${two(below(60))}`, `:${two(below(60))}.${below(1e6)}`])}`,
    zoned: () => `2024-01-02 03:04:05${pick(['Z', '+02', '-03:30', '+0530'])}`,
    text: () => pick(['x', 'some words', "it's", 'a,b', 'q"uote', '', '  pad ', 'é', '007', '+5', '1_000', '-', 'NULL', '1,5', 'new\nline']),
    odd: () => pick(['0', '-0', '00', ' 7', '7 ', '1e3', '-']),
  }

  it('are inferred and converted as DuckDB does', async () => {
    for (let i = 0; i < rounds; i++) {
      const kinds = Array.from({ length: 1 + below(4) }, () => pick(Object.keys(KINDS)))
      const mixed = below(4) === 0
      const cell = (kind: string) => {
        const text = (KINDS[mixed && below(15) === 0 ? 'text' : kind] as () => string)()
        return /[",\n]/.test(text) || (text !== '' && below(6) === 0) ? `"${text.replaceAll('"', '""')}"` : text
      }
      const rows = Array.from({ length: 1 + below(40) }, () => kinds.map((kind) => (below(10) === 0 ? '' : cell(kind))).join(','))
      const eol = pick(['\n', '\r\n'])
      await expectDuckDb(await read([kinds.map((_, c) => `c${c}`).join(','), ...rows, ''].join(eol), { delimiter: ',', quote: '"', escape: '"', header: true }), ",delim=',',quote='\"',escape='\"',header=true")
    }
  }, 60_000)
})

describe('what is left', () => {
  it('is nothing', () => {
    expect(memory.inUse).toBe(0)
  })
})
