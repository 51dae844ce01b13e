/** What pipelines and steps programs become, and what of the language has no form in them. */
import { describe, expect, test } from 'vitest'
import { IrError } from '../../src/errors.ts'
import { printProgram } from '../../src/ir/print.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { parseKernel } from '../../src/language/index.ts'
import { type LoweredKernel, lowerKernel, type Step } from '../../src/language/lower/index.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { optimiseKernel } from '../../src/language/passes/optimise-kernel.ts'
import { randomProgram } from './random-program.ts'
import { testSeed } from '../seed.ts'

const lowered = (text: string): LoweredKernel => {
  const kernel = lowerKernel(optimiseKernel(parseKernel(text)).kernel)
  verifyProgram(kernel.program, { params: kernel.params.map((p) => p.type), memos: 0 })
  return kernel
}
const text = (kernel: LoweredKernel): string => printProgram(kernel.program)
/** Steps in a line: what runs, and what else is done. */
const shape = (steps: readonly Step[]): string =>
  steps
    .map((s) => {
      switch (s.step) {
        case 'run':
          return `run ${s.pipeline}${s.slot === undefined ? '' : ` → t${s.slot}`}${s.params ? ` → ${s.params.map((p) => `$${p.value}`).join(' ')}` : ''}`
        case 'if':
          return `if $${s.cond} {${shape(s.then)}} else {${shape(s.else)}}`
        case 'loop':
          return `loop {${shape(s.body)}} while $${s.again}`
        case 'concat':
        case 'zip':
          return `${s.step} ${s.from.map((t) => `t${t}`).join(' ')} → t${s.slot}`
        case 'pick':
          return `pick t${s.from} → t${s.slot}`
        case 'assign':
          return `assign ${[...s.slots.map((a) => `t${a.from} → t${a.to}`), ...s.params.map((a) => `$${a.from} → $${a.to}`)].join(' ')}`
      }
    })
    .join('; ')

describe('pipelines', () => {
  test('a loop over columns is one pipeline, its filter in the body', () => {
    const kernel = lowered('|v: vec[{i32,i32}]| for(v, appender, |b,i,n| if(n.$1 > 10, merge(b, n.$0), b))')
    expect(text(kernel)).toMatchInlineSnapshot(`
      "let b0 = for(t0: vec[{i32, i32}] @(layout: column),
        appender[{i32}] @(layout: column, physical: {i32}), |b, i, n0|
          let v1: bool = (n0.$1 > 10);
          if(v1,
            merge(b, {n0.$0}),
          b));
      "
    `)
    expect(shape(kernel.steps)).toBe('run 0 → t1')
    expect(kernel.inputs).toMatchObject([{ input: 'relation', slot: 0 }])
    expect(kernel.output).toMatchObject({ output: 'relation', slot: 1 })
  })
  test('mergers of one loop share a pipeline, other builders have their own', () => {
    const kernel = lowered('|v: vec[i64]| result(for(v, {merger[i64, +], appender[i64], merger[i64, max]}, |b,i,n| {merge(b.$0, n), merge(b.$1, n), merge(b.$2, n)}))')
    expect(kernel.program.pipelines.map((p) => p.builder.builder)).toEqual(['merger', 'appender'])
  })
  test('what a loop left is read by the next as tuples, what is between loops as parameters', () => {
    const kernel = lowered('|v: vec[i64]| let n = len(v); let d = result(for(v, dictmerger[i64, i64, +], |b,i,x| merge(b, {x % n, x}))); result(for(tovec(d), merger[i64, max], |b,i,e| merge(b, e.$1)))')
    expect(kernel.program.pipelines.map((p) => p.source.source)).toEqual(['range', 'columns', 'tuples'])
    expect(shape(kernel.steps)).toBe('run 0 → $0; run 1; run 2 → $1')
    expect(kernel.output).toMatchObject({ output: 'scalars', params: [{ value: 1 }] })
  })
  test('several merges for one row are a fork, an inner loop an each', () => {
    expect(text(lowered('|v: vec[{i64, vec[i64]}]| result(for(v, appender[i64], |b,i,n| for(n.$1, merge(b, n.$0), |c,j,x| if(x > 0L, merge(c, x), c))))'))).toMatchInlineSnapshot(`
      "let b0 = for(t0: vec[{i64, vec}] @(layout: column),
        appender[{i64}] @(layout: column, physical: {i64}), |b, i, n0|
          fork(
            merge(b, {n0.$0}),
            let v1: i32 = size(n0.$1: vec[{}] @(layout: tuple));
            each(v1, b, |b, j2|
              let v3: i64 = element[i64, 0](n0.$1: vec[{i64}] @(layout: tuple), j2);
              let v4: bool = (v3 > 0L);
              if(v4,
                merge(b, {v3}),
              b))));
      "
    `)
  })
  test('a merger within a body is a loop expression', () => {
    expect(text(lowered('|v: vec[vec[i64]]| result(for(v, appender[i64], |b,i,n| merge(b, result(for(n, merger[i64, +], |c,j,x| merge(c, x))))))'))).toMatchInlineSnapshot(`
      "let b0 = for(t0: vec[{vec}] @(layout: column),
        appender[{i64}] @(layout: column, physical: {i64}), |b, i, n0|
          let v1: i32 = size(n0.$0: vec[{}] @(layout: tuple));
          let v2: i64 = loop({0L}, v1, |j4, s3| {{(let v5: i64 = element[i64, 0](n0.$0: vec[{i64}] @(layout: tuple), j4); (let v6: i64 = (s3 + v5); v6))}}, |s3| s3);
          merge(b, {v2}));
      "
    `)
  })
  test('a vec within a body has a pipeline of its own, by the numbers of its rows', () => {
    const kernel = lowered('|v: vec[i64]| result(for(v, appender[i64], |b,i,n| merge(b, len(result(for(rangeiter(0L, n, 1L), appender[i64], |c,j,x| if(x % 3L == 0L, merge(c, x), c)))))))')
    expect(kernel.program.pipelines.map((p) => p.builder.builder)).toEqual(['groupmerger', 'appender'])
    expect(kernel.slots[0]).toMatchObject({ single: true })
  })
  test('vecs in step lie side by side; only where a number is asked for are they read by it', () => {
    const zip = lowered('|a: vec[i64], c: vec[i64]| result(for(zip(a, c), merger[i64, +], |b,i,n| merge(b, n.$0 * n.$1)))')
    expect(shape(zip.steps)).toBe('zip t0 t1 → t2; run 0 → $0')
    const numbered = lowered('|a: vec[i64], c: vec[i64]| result(for(zip(a, c), merger[i64, +], |b,i,n| merge(b, n.$0 * n.$1 + i)))')
    expect(numbered.program.pipelines.at(-1)?.source.source).toBe('range')
  })
})

describe('steps', () => {
  test('a branch runs its own pipelines only', () => {
    const kernel = lowered('|v: vec[i64], up: bool| if(up, result(for(v, appender[i64], |b,i,n| merge(b, n + 1L))), v)')
    expect(shape(kernel.steps)).toMatch(/^if \$0 \{run 0 → t\d+; assign t\d+ → t(\d+)\} else \{.*assign t\d+ → t\1\}$/)
  })
  test('rounds run the same pipelines again', () => {
    const kernel = lowered('|v: vec[i64]| iterate(v, |s| {result(for(s, appender[i64], |b,i,n| merge(b, n / 2L))), result(for(s, merger[bool, ||], |b,i,n| merge(b, n > 1L)))})')
    expect(shape(kernel.steps)).toMatch(/loop \{run .*assign t\d+ → t\d+\} while \$\d+/)
  })
})

describe('no form', () => {
  test.each([
    ['|v: vec[vec[i64]]| result(for(v, appender[vec[i64]], |b,i,n| merge(b, iterate(n, |s| {result(for(s, appender[i64], |c,j,x| merge(c, x + 1L))), len(s) < 0L}))))', /^a vec or dict made in rounds of an iterate within a loop has no form in pipelines$/],
  ])('%s', (program, message) => {
    const error = (() => {
      try {
        lowered(program)
      } catch (e) {
        return e as IrError
      }
      return undefined
    })()
    expect(error).toBeInstanceOf(IrError)
    expect(error).toMatchObject({ code: 'UNSUPPORTED_KERNEL', line: 1, message: expect.stringMatching(message) })
    expect(error?.column).toBeGreaterThan(1)
  })
})

test('programs at random are lowered to programs that verify, and that are read back from their text', () => {
  const seed = testSeed()
  for (let n = 0; n < 500; n++) {
    const { kernel } = randomProgram(seed + n)
    const made = lowerKernel(optimiseKernel(kernel).kernel)
    expect(() => verifyProgram(made.program, { params: made.params.map((p) => p.type), memos: 0 }), `program ${seed + n}`).not.toThrow()
    const printed = printProgram(made.program)
    expect(printProgram(parseProgram(printed)), `program ${seed + n}`).toBe(printed)
  }
})
