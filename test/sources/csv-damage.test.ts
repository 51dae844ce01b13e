/** Damaged and hostile CSV: every file is read or refused with a typed error, and nothing is held afterwards. Compressed ones, too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Zstd } from '@hpcc-js/wasm-zstd'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ArcweldError } from '../../src/errors.ts'
import type { CsvOptions } from '../../src/sources/csv/options.ts'
import { random, seed } from '../assembly/harness.ts'
import { memory, readCsv } from './csv-reader.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-csv-damage-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const { below, pick } = random(seed)
const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 120)
const SEEDS = [
  'id,name,when,x\n1,"Ann ""A"" B",2024-01-01,1.5\n2,\'it\'\'s\',2024-02-29,-3e5\n3,"two\nlines",,\n',
  'a;b\r\n1;x\r\n2;"y;z"\r\n\r\n',
  '# note\na\tb\tc\n1\t2\t3\n4\t5\t6\n',
  '1|2|3|\n4|5|6|\n',
  '{"a": 1}\n{"a": 2}\n',
]
const OPTIONS: readonly CsvOptions[] = [
  {}, { ragged: 'pad' }, { ragged: 'aside', onAside: () => {} }, { delimiter: ',', quote: '"', escape: '\\' }, { header: false, comment: '#' }, { columns: { a: 'int32', b: 'date', c: 'decimal(10,3)' }, ragged: 'pad' }, { quote: '', sample: 1 },
  { encoding: 'utf-16' }, { encoding: 'latin-1' }, { skip: 2, nullStrings: ['x', ''] }, { compression: 'gzip' }, { compression: 'zstd' },
]

const mutated = (bytes: Buffer): Buffer => {
  let out = Buffer.from(bytes)
  for (let n = 1 + below(4); n > 0; n--) {
    const at = below(out.length + 1)
    const kind = below(5)
    if (kind === 0) out = Buffer.concat([out.subarray(0, at), Buffer.from(pick(['"', ',', '\n', '\r', '\\', '""', '\0', '\xff', "'", '#', ' '])), out.subarray(at)])
    else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + below(4))])
    else if (kind === 2 && at < out.length) out[at] = below(256)
    else if (kind === 3) out = Buffer.concat([out, out.subarray(0, at)])
    else out = out.subarray(0, Math.max(at, 1))
  }
  return out
}

describe(`damage, seed ${seed}`, () => {
  it('is refused or read', async () => {
    const path = join(folder, 'm.csv')
    for (let i = 0; i < rounds; i++) {
      const bytes = mutated(Buffer.from(pick(SEEDS).repeat(1 + below(3))))
      const options: CsvOptions = { ...pick(OPTIONS), pieceBytes: 16 + below(200) }
      await writeFile(path, bytes)
      try {
        await readCsv(path, options)
      } catch (error) {
        if (!(error instanceof ArcweldError)) throw new Error(`${JSON.stringify(options)} of ${JSON.stringify(bytes.toString('latin1'))}`, { cause: error })
      }
      expect(memory.inUse).toBe(0)
    }
  }, 120_000)

  it('a quote that is never closed is found in bounded time', async () => {
    const path = join(folder, 'open.csv')
    await writeFile(path, `a,b\n1,"x\n${'2,y\n'.repeat(100_000)}`)
    await expect(readCsv(path, { quote: '"', delimiter: ',', pieceBytes: 1000 })).rejects.toMatchObject({ code: 'MALFORMED_ROW' })
  })
})

describe('compressed', () => {
  const text = `id,name\n${Array.from({ length: 30_000 }, (_, i) => `${i},name ${i % 100} of "many"\n`).join('')}`

  it('gzip and zstd are the file they were', async () => {
    const zstd = await Zstd.load()
    await writeFile(join(folder, 'p.csv'), text)
    const plain = await readCsv(join(folder, 'p.csv'))
    expect(plain.columns[0]?.length).toBe(30_000)
    // two members, two frames
    const [head, tail] = [Buffer.from(text.slice(0, 1000)), Buffer.from(text.slice(1000))]
    await writeFile(join(folder, 'g.csv.gz'), Buffer.concat([gzipSync(head), gzipSync(tail)]))
    await writeFile(join(folder, 'z.csv.zst'), Buffer.concat([zstd.compress(head), zstd.compress(tail)]))
    for (const name of ['g.csv.gz', 'z.csv.zst']) expect((await readCsv(join(folder, name))).columns, name).toEqual(plain.columns)
  })

  it('cut off or changed ones are damaged', async () => {
    const zstd = await Zstd.load()
    for (const [name, bytes] of [['g.csv.gz', gzipSync(text)], ['z.csv.zst', Buffer.from(zstd.compress(Buffer.from(text)))]] as const) {
      const path = join(folder, name)
      await writeFile(path, bytes.subarray(0, bytes.length - 20))
      await expect(readCsv(path), name).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
      await writeFile(path, Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(200, 0xff)]))
      await expect(readCsv(path), name).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
    }
    expect(memory.inUse).toBe(0)
  })
})

describe('options', () => {
  it.each<[string, CsvOptions]>([
    ['delimiter', { delimiter: '||' }], ['delimiter', { delimiter: 'é' }], ['delimiter', { delimiter: '\n' }], ['quote', { quote: 'ab' }], ['quote', { quote: '1' }], ['delimiter', { delimiter: '"', quote: '"' }], ['skip', { skip: -1 }], ['sample', { sample: 0 }],
    ['columns', { columns: { a: 'blob' } }], ['columns', { columns: {} }], ['types', { types: { a: 'array<int32>' } }], ['ragged', { ragged: 'drop' as 'pad' }], ['onAside', { ragged: 'aside' }], ['dateFormat', { dateFormat: '%Q' }],
    ['encoding', { encoding: 'ebcdic' as 'utf-8' }], ['compression', { compression: 'lz4' as 'gzip' }], ['delimeter', { delimeter: ',' } as CsvOptions], ['header', { header: 'yes' as unknown as boolean }], ['nullStrings', { nullStrings: [1] as unknown as string[] }],
  ])('%s: %j is INVALID_OPTION', async (name, options) => {
    await expect(readCsv(join(folder, 'none.csv'), options)).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining(name) })
  })
})
