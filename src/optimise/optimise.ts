import type { Program } from '../ir/program.ts'
export const optimise = (program: Program): Program => program
