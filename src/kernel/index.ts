/** The kernel room's door. */
export { isBundle } from './bundle.ts'
export { openInput } from './input-file.ts'
export { compileKernel, type Kernel, type KernelFigures, type KernelOptions, type KernelResult } from './kernel.ts'
export type { KernelValue } from './load.ts'
export { replayBundle } from './replay.ts'
export { watOf } from './wat.ts'
