/**
 * Kernels that stand alone: a program in the language, compiled to one module and run on the calling thread over a memory of its
 * own. A kernel may be run any number of times, one run after the other.
 */
import { type Lease, SharedMemory } from '../bridge/memory.ts'
import { type ContextLayout, encodeProgram, layoutContext } from '../codegen/module.ts'
import { splitLarge } from '../codegen/split.ts'
import { ArcweldError } from '../errors.ts'
import { loadRuntime } from '../execute/core.ts'
import { printProgram } from '../ir/print.ts'
import type { Program } from '../ir/program.ts'
import { verifyProgram } from '../ir/verify.ts'
import { parseKernel } from '../language/index.ts'
import { type LoweredKernel, lowerKernel, type Step } from '../language/lower/index.ts'
import type { Kernel as Checked, Type } from '../language/nodes.ts'
import { optimiseKernel } from '../language/passes/optimise-kernel.ts'
import { inText } from '../language/text/mistake.ts'
import { optimise } from '../optimise/optimise.ts'
import { Driver } from './driver.ts'
import { leaves, writeInputs } from './inputs.ts'
import type { KernelValue } from './load.ts'
import { readOutput, rowsOf } from './outputs.ts'
import { memoryOf } from './store.ts'
import { watOf } from './wat.ts'

export interface KernelOptions {
  /** Bytes that one run may hold, inputs included; default 2 GiB. */
  readonly memory?: number | undefined
  /** Named in errors. */
  readonly file?: string | undefined
}

export interface KernelFigures {
  /** Elements of the inputs that are vecs, and of the result. */
  readonly rows: number
  readonly rowsOut: number
  /** Text → optimised IR, and from there to the module; and both together; µs. */
  readonly irUs: number
  readonly codeUs: number
  readonly compileUs: number
  readonly moduleBytes: number
  /** Time in kernels, and for each row of the inputs; 0 where there is none. */
  readonly ms: number
  readonly nsPerRow: number
}

export interface KernelResult {
  /** vec and struct: array; dict: Map; scalars as docs/VALUES.md has them. */
  readonly value: KernelValue
  readonly figures: KernelFigures
}

export interface Kernel {
  /** The pipelines after the optimiser, as text. */
  readonly ir: string
  /** The module as WebAssembly text. Rejects with DISASSEMBLER_MISSING where `wabt` is not installed. */
  wat(): Promise<string>
  readonly bytes: Uint8Array
  /** Types of the parameters and of the result. */
  readonly inputs: readonly Type[]
  readonly output: Type
  /** Bytes that runs hold now; 0 between runs. */
  readonly memoryInUse: number
  /** One value for each parameter. Rejects with INVALID_INPUT, SourceError, or ExecutionError with what the kernel raised. */
  run(...inputs: readonly unknown[]): Promise<KernelResult>
  /** Gives the memory back. May be called again. */
  close(): void
}

/** Compiles a kernel's text. Throws IrError: what does not parse, check, or has no form in pipelines; with line and column. */
export const compileKernel = (text: string, options: KernelOptions = {}, load?: LoadRuntime): Kernel => {
  const begin = performance.now()
  // What has no form in pipelines is told at its place in the text, too.
  return inText({ text, file: options.file }, () => new CompiledKernel(parseKernel(text, options.file), begin, options, load))
}
/** Tests hand in the runtime that was built. */
type LoadRuntime = () => Promise<WebAssembly.Module>
/** The same of a checked program. */
export const compileChecked = (kernel: Checked, options: KernelOptions = {}, load?: LoadRuntime): Kernel => new CompiledKernel(kernel, performance.now(), options, load)

const DEFAULT_MEMORY = 2 * 2 ** 30

/** Pipelines whose states the driver takes to parameters. */
const statesRead = (steps: readonly Step[], found = new Set<number>()): ReadonlySet<number> => {
  for (const step of steps) {
    if (step.step === 'run' && step.params) found.add(step.pipeline)
    if (step.step === 'if') statesRead([...step.then, ...step.else], found)
    if (step.step === 'loop') statesRead(step.body, found)
  }
  return found
}

class CompiledKernel implements Kernel {
  readonly ir: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly inputs: readonly Type[]
  readonly output: Type
  readonly #lowered: LoweredKernel
  readonly #program: Program
  readonly #layout: ContextLayout
  readonly #module: WebAssembly.Module
  readonly #times: Pick<KernelFigures, 'irUs' | 'codeUs' | 'compileUs'>
  readonly #budget: number
  #memory: SharedMemory | undefined
  #instance: { readonly instance: WebAssembly.Instance; lease: Lease | undefined } | undefined
  readonly #load: LoadRuntime
  #closed = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(kernel: Checked, begin: number, { memory = DEFAULT_MEMORY }: KernelOptions, load: LoadRuntime = loadRuntime) {
    this.#load = load
    this.inputs = kernel.params.map((p) => p.type)
    this.output = kernel.body.type
    this.#budget = memory
    this.#lowered = lowerKernel(optimiseKernel(kernel).kernel)
    const types = this.#lowered.params.map((p) => p.type)
    this.#program = splitLarge(optimise(this.#lowered.program, undefined, { fixed: statesRead(this.#lowered.steps) }), types, 0)
    verifyProgram(this.#program, { params: types, memos: 0 })
    const lowered = performance.now()
    this.#layout = layoutContext(this.#program, 0)
    this.bytes = encodeProgram(this.#program, types, this.#layout).bytes
    this.#module = new WebAssembly.Module(this.bytes)
    const irUs = (lowered - begin) * 1000
    const codeUs = (performance.now() - lowered) * 1000
    this.#times = { irUs, codeUs, compileUs: irUs + codeUs }
    this.ir = printProgram(this.#program)
  }

  wat(): Promise<string> {
    return watOf(this.bytes)
  }
  get memoryInUse(): number {
    return this.#memory?.inUse ?? 0
  }

  run(...inputs: readonly unknown[]): Promise<KernelResult> {
    const run = this.#running.then(() => this.#run(inputs))
    this.#running = run.catch(() => undefined)
    return run
  }

  async #run(inputs: readonly unknown[]): Promise<KernelResult> {
    const instance = await this.#open()
    if (this.#closed || !this.#memory) throw new ArcweldError('ENGINE_CLOSED', 'the kernel is closed')
    const lease = this.#memory.lease(this.#budget)
    instance.lease = lease
    try {
      const driver = new Driver({ lowered: this.#lowered, program: this.#program, layout: this.#layout, instance: instance.instance }, lease)
      await writeInputs(this.#lowered, inputs, driver, lease)
      driver.run()
      const value = readOutput(this.#lowered.output, driver, memoryOf(lease), leaves)
      const { rowsIn: rows, kernelMs } = driver
      const figures = { rows, rowsOut: rowsOf(this.output, value), ...this.#times, moduleBytes: this.bytes.length, ms: kernelMs, nsPerRow: rows === 0 ? 0 : (kernelMs * 1e6) / rows }
      return { value, figures }
    } finally {
      instance.lease = undefined
      lease.release()
    }
  }

  /** Memory and instance, at the first run. */
  async #open() {
    if (this.#closed) throw new ArcweldError('ENGINE_CLOSED', 'the kernel is closed')
    if (this.#instance) return this.#instance
    const runtime = await this.#load()
    this.#memory ??= SharedMemory.create({ budget: this.#budget, runtime })
    const { memory } = this.#memory
    const reserve = (_: number, bytes: number): number => {
      try {
        return (this.#instance?.lease?.reserve(bytes >>> 0) ?? 0) | 0
      } catch {
        // Refused: the kernel raises MEMORY_EXCEEDED where it asked.
        return 0
      }
    }
    const env = { memory, reserve }
    const instance = new WebAssembly.Instance(this.#module, { env, runtime: new WebAssembly.Instance(runtime, { env }).exports, math: Math as never })
    this.#instance = { instance, lease: undefined }
    return this.#instance
  }

  close(): void {
    this.#closed = true
    this.#instance = undefined
    this.#memory = undefined
  }
}
