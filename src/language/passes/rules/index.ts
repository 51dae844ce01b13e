/** All rules, in the order they are tried. */
import type { Rule } from '../rule.ts'
import { fields } from './fields.ts'
import { fusion } from './fusion.ts'
import { floats, functions, lets } from './inline.ts'
import { unrolling } from './unroll.ts'
import { unused } from './unused.ts'

/** Before anything else: what the others count on. */
export const FIRST: readonly Rule[] = functions
export const RULES: readonly Rule[] = [...functions, ...lets, ...unrolling, ...floats, ...fields, ...fusion, ...unused]
