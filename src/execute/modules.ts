/** The compile cache: optimised programs by structure, and modules by shape. The same query with another constant has both and compiles nothing. */
import { createHash } from 'node:crypto'
import { encodeStage, type Finished, type FinishedPrograms, type LoweredStage } from '../compile.ts'

export interface Compiled {
  readonly module: WebAssembly.Module
  readonly hit: boolean
  /** IR → bytes → module, µs; 0 on a hit. */
  readonly compileUs: number
  readonly bytes: number
}

/** Structures are long, so they are kept as hashes. */
class Programs implements FinishedPrograms {
  readonly #programs = new Map<string, Finished>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(structure: string): Finished | undefined {
    const key = hashOf(structure)
    const known = this.#programs.get(key)
    if (known) {
      this.#programs.delete(key)
      this.#programs.set(key, known)
    }
    return known
  }

  set(structure: string, finished: Finished): void {
    this.#programs.set(hashOf(structure), finished)
    if (this.#programs.size > this.#limit) this.#programs.delete(this.#programs.keys().next().value as string)
  }
}
const hashOf = (structure: string): string => createHash('sha256').update(structure).digest('base64')

export class ModuleCache {
  readonly programs: FinishedPrograms
  readonly #modules = new Map<string, { module: WebAssembly.Module; bytes: number }>()
  readonly #limit: number

  /** Keeps the `limit` programs and modules used last. */
  constructor(limit = 512) {
    this.#limit = limit
    this.programs = new Programs(limit)
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
