/** Every expression's cases. An expression without any does not compile. */
import type { ExprName } from '../../src/operators/expressions.ts'
import { ARITHMETIC } from './arithmetic.ts'
import { ARRAYS } from './arrays.ts'
import { BITS } from './bits.ts'
import type { Case } from './case.ts'
import { COMPARISON } from './comparison.ts'
import { DATES } from './dates.ts'
import { HASHES } from './hashes.ts'
import { LOGIC } from './logic.ts'
import { MATH } from './math.ts'
import { STRINGS } from './strings.ts'

export { CAST_CASES } from './cast.ts'
export type { Case, CastCase, Typed } from './case.ts'

export const CASES: { readonly [K in ExprName]: readonly Case[] } = { ...ARITHMETIC, ...BITS, ...COMPARISON, ...LOGIC, ...MATH, ...DATES, ...STRINGS, ...HASHES, ...ARRAYS }
