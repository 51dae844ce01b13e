/** Kernels from source, with the runtime that was built. */
import { readFileSync } from 'node:fs'
import { compileChecked, compileKernel, type Kernel, type KernelOptions } from '../../src/kernel/kernel.ts'
import type { Kernel as Checked } from '../../src/language/nodes.ts'

const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
const load = (): Promise<WebAssembly.Module> => Promise.resolve(runtime)

export const kernelOf = (text: string, options: KernelOptions = {}): Kernel => compileKernel(text, options, load)
export const kernelOfChecked = (kernel: Checked, options: KernelOptions = {}): Kernel => compileChecked(kernel, options, load)
