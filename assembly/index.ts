/** What kernels may call. Names, parameters and meaning are those of src/ir/runtime.ts; sinks are in docs/ARCHITECTURE.md. */
export { arena_more } from './context'
