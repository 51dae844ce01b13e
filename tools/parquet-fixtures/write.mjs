/** Files by hyparquet-writer, which make.py installs; prints their part of the manifest. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { ByteWriter, parquetWrite } from 'hyparquet-writer'

const folder = process.argv[2]
const ROWS = 220

const WORDS = ['', 'low', 'mid', 'high', 'žluťoučký', '\u{1f600}']
const gap = (i) => i % 6 === 2 || (i > 90 && i < 120)
const sometimes = (f) => (i) => (gap(i) ? null : f(i))
const hex = (value) => {
  if (Number.isNaN(value)) return 'nan'
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}
const day = (i) => new Date((9000 + i * 3) * 86_400_000)
const uuid = (i) => `00112233-4455-6677-8899-${String(i).padStart(12, '0')}`

const text = (value) => value
const columns = {
  b: [{ type: 'BOOLEAN' }, sometimes((i) => i % 5 < 2), text],
  b_rle: [{ type: 'BOOLEAN', encoding: 'RLE' }, (i) => i % 64 < 40, text],
  i32: [{ type: 'INT32' }, sometimes((i) => i * 977 - 5000), String],
  i32_delta: [{ type: 'INT32', encoding: 'DELTA_BINARY_PACKED' }, (i) => (i * i * 31) % 4001, String],
  i64: [{ type: 'INT64', columnIndex: true, bloomFilter: true }, (i) => BigInt(i) * 12_345_678_901n - 7n, String],
  i64_delta: [{ type: 'INT64', encoding: 'DELTA_BINARY_PACKED' }, sometimes((i) => BigInt(i) ** 5n), String],
  f32: [{ type: 'FLOAT', encoding: 'BYTE_STREAM_SPLIT' }, (i) => (i === 3 ? Number.NaN : i / 8), hex],
  f64: [{ type: 'DOUBLE' }, sometimes((i) => (i === 4 ? -0 : Math.sqrt(i))), hex],
  f64_split: [{ type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' }, sometimes((i) => i / 3), hex],
  f16: [{ type: 'FLOAT16' }, sometimes((i) => i / 4), hex],
  word: [{ type: 'STRING', columnIndex: true, bloomFilter: true }, sometimes((i) => WORDS[i % 6]), text],
  name: [{ type: 'STRING', encoding: 'DELTA_LENGTH_BYTE_ARRAY' }, sometimes((i) => `name ${i}`), text],
  front: [{ type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' }, (i) => `prefix ${1000 + i}`, text],
  bytes: [{ type: 'BYTE_ARRAY' }, sometimes((i) => new Uint8Array(i % 5).fill(i)), (v) => Buffer.from(v).toString('hex')],
  uuid: [{ type: 'UUID' }, sometimes(uuid), text],
  at: [{ type: 'TIMESTAMP' }, sometimes(day), (v) => String(v.getTime() * 1000)],
}

const manifest = []
const save = (file, options) => {
  const writer = new ByteWriter()
  const columnData = Object.entries(columns).map(([name, [more, f]]) => ({ name, data: Array.from({ length: ROWS }, (_, i) => f(i)), ...more }))
  parquetWrite({ writer, columnData, ...options })
  writeFileSync(join(folder, file), new Uint8Array(writer.getBuffer()))
  manifest.push({ file, expected: 'hyparquet-writer.json.gz', by: 'hyparquet-writer' })
}

save('hyparquet-writer.parquet', { codec: 'SNAPPY', rowGroupSize: [50, 100] })
save('hyparquet-writer-pages.parquet', { codec: 'GZIP', compressors: { GZIP: (bytes) => gzipSync(bytes) }, pageSize: 120 })
save('hyparquet-writer-plain.parquet', { codec: 'BROTLI', compressors: { BROTLI: (bytes) => brotliCompressSync(bytes) }, statistics: false, dictionarySize: 0 })

const lines = Object.entries(columns).map(([name, [, f, form]]) => {
  const values = Array.from({ length: ROWS }, (_, i) => f(i))
  return `${JSON.stringify(name)}: ${JSON.stringify(values.map((value) => (value === null ? null : form(value))))}`
})
writeFileSync(join(folder, 'hyparquet-writer.json.gz'), gzipSync(`{\n${lines.join(',\n')}\n}\n`))
console.log(JSON.stringify(manifest))
