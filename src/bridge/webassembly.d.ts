/**
 * The part of the WebAssembly JavaScript interface that arcweld uses. TypeScript declares it only together with a browser's
 * DOM, and @types/node 20 refers to it without declaring it.
 */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBufferLike
  }
  var Memory: { new (descriptor: { initial: number; maximum?: number; shared?: boolean }): Memory }

  /** Compiled code; may be sent to other threads. */
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  var Module: {
    new (bytes: Uint8Array | ArrayBufferLike): Module
    exports(module: Module): { name: string; kind: 'function' | 'global' | 'memory' | 'table' | 'tag' }[]
    imports(module: Module): { module: string; name: string; kind: string }[]
  }

  interface Instance {
    readonly exports: Record<string, unknown>
  }
  var Instance: { new (module: Module, imports?: Record<string, object>): Instance }

  interface RuntimeError extends Error {}
  var RuntimeError: { new (message?: string): RuntimeError }
  interface CompileError extends Error {}
  var CompileError: { new (message?: string): CompileError }
  interface LinkError extends Error {}
  var LinkError: { new (message?: string): LinkError }

  function compile(bytes: Uint8Array | ArrayBufferLike): Promise<Module>
  function validate(bytes: Uint8Array | ArrayBufferLike): boolean
}
