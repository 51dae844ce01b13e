/** Casts from and to strings, in DuckDB's spelling. */
import type { SqlType } from '../layout/types.ts'
import type { Convert } from './cast-numbers.ts'

export const textCast = (_from: SqlType, _to: SqlType): Convert | undefined => undefined
