/** The arithmetic behind a benchmark's figures, and the text they are shown as. */
import { describe, expect, test } from 'vitest'
import wabt from 'wabt'
import { memorySpeed, READ_LOOP } from '../../src/cli/bench/memory-speed.ts'
import { pipelineProfile, profileOf } from '../../src/cli/bench/profile.ts'
import type { QueryReport } from '../../src/cli/bench/report.ts'
import { benchTable, memoryText, ms, notesText, profileText, ratioText } from '../../src/cli/bench/show.ts'
import { geometricMean, median, withSamples } from '../../src/cli/bench/statistics.ts'
import { colors } from '../../src/cli/color.ts'
import { takeTurns } from '../../src/cli/demo/measure.ts'

const plain = colors(false)

test('geometric mean, median, samples', () => {
  expect(geometricMean([])).toBeUndefined()
  expect(geometricMean([3])).toBeCloseTo(3, 12)
  expect(geometricMean([1, 4])).toBeCloseTo(2, 12)
  expect(geometricMean([0.5, 2, 8, 0.125])).toBeCloseTo(1, 12)
  expect(median([5, 1, 9])).toBe(5)
  expect(withSamples([5, 1, 9, 2])).toEqual({ samples: [5, 1, 9, 2], median: 3.5, min: 1, max: 9, runs: 4 })
})

test('who has fewer warm-ups than others takes part in the first ones', async () => {
  const order: string[] = []
  const one = (name: string, warmups?: number) => ({ name, run: async () => order.push(name), ...(warmups === undefined ? {} : { warmups }) })
  const samples = await takeTurns([one('a'), one('b', 1)], 1, 2)
  expect(order.join('')).toBe('ab' + 'a' + 'ab')
  expect(samples.map((times) => times.length)).toEqual([1, 1])
})

describe('the roof', () => {
  test('ns a row, bytes a second, share of the memory’s speed', () => {
    // 8 MB in 2 ms are 4 GB/s, of 16.
    expect(pipelineProfile({ operators: ['scan t', 'aggregate'], rows: 1_000_000, bytes: 8_000_000 }, 2, 16)).toEqual({
      operators: ['scan t', 'aggregate'], rows: 1_000_000, ms: 2, nsPerRow: 2, bytes: 8_000_000, speed: 4, share: 0.25,
    })
  })

  test('what is not known is not made up: tuples, count(*), no rows, no time', () => {
    const unknown = { bytes: undefined, speed: undefined, share: undefined }
    expect(pipelineProfile({ operators: ['groups'], rows: 10 }, 1, 16)).toMatchObject({ ...unknown, nsPerRow: 100_000 })
    expect(pipelineProfile({ operators: ['scan t'], rows: 10, bytes: 0 }, 1, 16)).toMatchObject(unknown)
    expect(pipelineProfile({ operators: ['scan t'], rows: 0, bytes: 0 }, 1, 16).nsPerRow).toBeUndefined()
    expect(pipelineProfile({ operators: ['scan t'], rows: 8, bytes: 8 }, 0, 16)).toMatchObject({ speed: undefined, share: undefined })
  })

  test('a query: medians of its runs, pipelines added up', () => {
    const run = (total: number, stage: number, first: number, second: number) => ({
      ms: total,
      report: {
        stages: [{ id: 0, operators: ['scan t', 'group by'], native: true, refusals: [], rows: 5, ms: stage, pipelines: [{ operators: ['scan t', 'aggregate'], rows: 1000, ms: first, bytes: 4_000_000 }, { operators: ['groups'], rows: 5, ms: second }] }],
      },
    })
    const profile = profileOf([run(9, 7, 5, 1), run(8, 6, 4, 2), run(30, 20, 10, 3)], 10)
    expect(profile).toMatchObject({ runs: 3, ms: 9, pipelinesMs: 7 })
    expect(profile.stages[0]).toMatchObject({ id: 0, native: true, rows: 5, ms: 7 })
    expect(profile.stages[0]?.pipelines.map((p) => [p.ms, p.speed, p.share])).toEqual([[5, 0.8, 0.08], [2, undefined, undefined]])
    expect(profileText(6, profile, plain)).toBe(
      [
        'Query 6  9.00 ms: 7.00 ms in pipelines, 2.00 ms outside: planning, lowering, starting',
        '    pipeline                   rows       ms   ns/row       MB    GB/s   roof',
        '  stage 0  native  scan t · group by  5 rows, 7.00 ms',
        '    scan t → aggregate         1000     5.00  5000.00      4.0    0.80    8 %',
        '    groups                        5     2.00400000.00                        ',
        '',
        '',
      ].join('\n'),
    )
  })

  test('the loop that measures is what its text says', async () => {
    const text = `(module
      (import "env" "memory" (memory 1 65536 shared))
      (func (export "read") (param $at i32) (param $end i32) (result i32)
        (local $a v128) (local $b v128) (local $c v128) (local $d v128)
        (loop $next
          (local.set $a (v128.xor (local.get $a) (v128.load (local.get $at))))
          (local.set $b (v128.xor (local.get $b) (v128.load offset=16 (local.get $at))))
          (local.set $c (v128.xor (local.get $c) (v128.load offset=32 (local.get $at))))
          (local.set $d (v128.xor (local.get $d) (v128.load offset=48 (local.get $at))))
          (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
        (i32x4.extract_lane 0 (v128.xor (v128.xor (local.get $a) (local.get $b)) (v128.xor (local.get $c) (local.get $d))))))`
    const { buffer } = (await wabt()).parseWat('read.wat', text, { simd: true, threads: true }).toBinary({})
    expect(Buffer.from(buffer).toString('base64')).toBe(READ_LOOP)
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    new Uint32Array(memory.buffer).set([1], 48)
    const { read } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(READ_LOOP, 'base64')), { env: { memory } }).exports as { read: (at: number, end: number) => number }
    expect([read(0, 128), read(0, 256), read(192, 256)]).toEqual([0, 1, 1])
  })

  test('memory is read by as many threads as asked for, and an abort ends it', async () => {
    expect(await memorySpeed(2, new AbortController().signal, 2 ** 20)).toBeGreaterThan(0)
    await expect(memorySpeed(1, AbortSignal.abort(new Error('interrupted')), 2 ** 20)).rejects.toThrow('interrupted')
  })
})

describe('the table', () => {
  const times = (value: number) => ({ cold: value * 10, warm: withSamples([value, value * 2, value / 2]), prepared: withSamples([value / 4]) })
  const query: QueryReport = { number: 1, sql: '', native: true, engines: { arcweld: times(4), duckdb: times(12), interpreter: { cold: 99, warm: withSamples([50]) } }, ratio: { warm: 3, prepared: 3, cold: 3 } }

  test('medians with spread, ratios and their geometric means, for the engines that ran', () => {
    const table = benchTable(['arcweld', 'duckdb'], false)
    expect(table.head() + table.row(query) + table.row({ ...query, number: 13, native: false }) + table.foot({ warm: 3, cold: 2.5 })).toBe(
      [
        '                │  warm: SQL text → rows, ms                                         │  cold: first run, ms',
        '         query  │  arcweld              spread   DuckDB              spread   ratio  │  arcweld   DuckDB   ratio',
        '             1  │     4.00        2.00 to 8.00     12.0        6.00 to 24.0   3.00×  │     40.0    120.0   3.00×',
        '           13*  │     4.00        2.00 to 8.00     12.0        6.00 to 24.0   3.00×  │     40.0    120.0   3.00×',
        'geometric mean  │                                                             3.00×  │                     2.50×',
        '',
      ].join('\n'),
    )
  })

  test('prepared statements and the interpreter are columns where they ran, ratios where both did', () => {
    const all = benchTable(['arcweld', 'duckdb', 'interpreter'], true)
    expect(all.head()).toMatch(/warm: .*prepared, ms .*cold: first run, ms .*interpreter, ms/)
    expect(all.row(query)).toMatch(/│ +1\.00 +3\.00 +3\.00× +│ +40\.0 +120\.0 +3\.00× +│ +50\.0 +99\.0\n$/)
    expect(benchTable(['arcweld'], true).head()).not.toMatch(/DuckDB|ratio/)
  })

  test('sizes, times and reasons in words', () => {
    expect([ms(undefined), ms(1.234), ms(12.34), ratioText(undefined), ratioText(1.005)]).toEqual(['', '1.23', '12.3', '', '1.00×'])
    expect(notesText([query, { ...query, number: 2, refusals: ['stage 0 falls back: UDF f: f is JavaScript'] }], plain)).toBe('* query 2: stage 0 falls back: UDF f: f is JavaScript\n')
    const load = { arcweld: { ms: 1, bytes: 1_000_000 }, duckdb: { ms: 1, bytes: 2_000_000 } }
    expect(memoryText({ memory: { peak: 2_500_000, budget: 10_000_000, resident: 99_000_000 }, load } as any)).toBe(
      'Memory: arcweld at most 2.5 MB of 10.0 MB at once, 1.0 MB of it tables; the process, with all engines, 99.0 MB resident\n',
    )
  })
})
