/** `branch_selectivity` of kernels written by hand reaches the order of filters. */
import { expect, it } from 'vitest'
import { printProgram } from '../../src/ir/print.ts'
import { parseKernel } from '../../src/language/index.ts'
import { lowerKernel } from '../../src/language/lower/index.ts'
import { optimise } from '../../src/optimise/optimise.ts'

const filters = (first: string, second: string): string => {
  const text = `|v: vec[{i64, i64}]| result(for(v, dictmerger[i64, i64, +], |b, i, n| if(n.$0 > 3L, if(n.$1 < 5L, merge(b, {n.$0, n.$1}), b) ${second}, b) ${first}))`
  return printProgram(optimise(lowerKernel(parseKernel(text)).program, undefined, { lanes: false })).split('\n').filter((l) => l.includes('if(')).map((l) => l.trim())[0] as string
}

it('the filter that fewer rows pass is first', () => {
  expect(filters('@(branch_selectivity: 0.9)', '@(branch_selectivity: 0.1)')).toMatch(/^if\(\(\(n0\.\$1 < 5L\) & \(n0\.\$0 > 3L\)\),/)
  expect(filters('@(branch_selectivity: 0.1)', '@(branch_selectivity: 0.9)')).toMatch(/^if\(\(\(n0\.\$0 > 3L\) & \(n0\.\$1 < 5L\)\),/)
})
