/** All rewrite rules, in the order they are tried. */
import type { Rule } from '../rule.ts'
import { booleans } from './booleans.ts'
import { branches } from './branches.ts'
import { casts } from './casts.ts'
import { constants } from './constants.ts'
import { known } from './known.ts'
import { narrowing } from './narrowing.ts'
import { options } from './options.ts'
import { predication, statePredication } from './predication.ts'

export const RULES: readonly Rule[] = [...constants, ...casts, ...options, ...branches, ...booleans, ...known, ...narrowing, ...predication]
/** For pipelines whose aggregates are never in lanes. */
export const SCALAR_RULES: readonly Rule[] = [...RULES, ...statePredication]
