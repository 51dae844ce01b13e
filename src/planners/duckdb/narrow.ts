/** Leaves columns behind where rows are kept: see narrowed. */
import type { Mapped } from './mapped.ts'

export const narrowed = (root: Mapped): Mapped => root
