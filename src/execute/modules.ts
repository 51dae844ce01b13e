/** The compile cache: modules by shape. The same query with another constant has the same shape and compiles nothing. */
import { encodeStage, type LoweredStage } from '../compile.ts'

export interface Compiled {
  readonly module: WebAssembly.Module
  readonly hit: boolean
  /** IR → bytes → module, µs; 0 on a hit. */
  readonly compileUs: number
  readonly bytes: number
}

export class ModuleCache {
  readonly #modules = new Map<string, { module: WebAssembly.Module; bytes: number }>()
  readonly #limit: number

  /** Keeps the `limit` modules used last. */
  constructor(limit = 512) {
    this.#limit = limit
  }

  get(lowered: LoweredStage): Compiled {
    const known = this.#modules.get(lowered.shape)
    if (known) {
      this.#modules.delete(lowered.shape)
      this.#modules.set(lowered.shape, known)
      return { ...known, hit: true, compileUs: 0 }
    }
    const start = performance.now()
    const { bytes } = encodeStage(lowered)
    const module = new WebAssembly.Module(bytes)
    const entry = { module, bytes: bytes.length }
    this.#modules.set(lowered.shape, entry)
    if (this.#modules.size > this.#limit) this.#modules.delete(this.#modules.keys().next().value as string)
    return { ...entry, hit: false, compileUs: (performance.now() - start) * 1000 }
  }
}
