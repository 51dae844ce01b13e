/** A module as WebAssembly text, by wabt: an optional peer, loaded when it is asked for. */
import { ArcweldError } from '../errors.ts'

interface Wabt {
  readWasm(bytes: Uint8Array, options: object): { generateNames(): void; applyNames(): void; toText(options: object): string; destroy(): void }
}
const FEATURES = { simd: true, threads: true, sign_extension: true, mutable_globals: true, multi_value: true, sat_float_to_int: true, bulk_memory: true, reference_types: true }

/** Throws DISASSEMBLER_MISSING. */
export const watOf = async (bytes: Uint8Array): Promise<string> => {
  let open: () => Promise<Wabt>
  try {
    open = ((await import('wabt')) as unknown as { default: () => Promise<Wabt> }).default
  } catch (cause) {
    throw new ArcweldError('DISASSEMBLER_MISSING', 'WebAssembly text needs the package wabt, which is not installed', { hint: 'npm install wabt', cause })
  }
  const wabt = await open()
  // It gets bytes of its own: newer lines of Node hand out pooled ones.
  const module = wabt.readWasm(new Uint8Array(bytes), FEATURES)
  try {
    module.generateNames()
    module.applyNames()
    return module.toText({ foldExprs: false, inlineExport: false })
  } finally {
    module.destroy()
  }
}
