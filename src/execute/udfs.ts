/** The user-defined functions of an engine: closures, which run on the main thread, and module exports, which workers run. */
import { ExecutionError, OptionError } from '../errors.ts'
import { parseType, type SqlType } from '../layout/types.ts'
import type { ModuleUdf, RegisteredUdf } from './query.ts'

export interface UdfSignature {
  /** SQL type names of the arguments, as `int64` or `decimal(15,2)`. */
  readonly args: readonly string[]
  readonly returns: string
  /** 'skip' (default): NULL where any argument is, without a call. 'pass': NULL arguments are null. */
  readonly nulls?: 'skip' | 'pass' | undefined
}

/** A function, or the export of a module that workers can import. */
export type UdfSource = ((...args: any[]) => unknown) | { readonly module: URL | string; readonly export?: string | undefined }

const typeOf = (name: unknown): SqlType => {
  const type = typeof name === 'string' ? parseType(name) : undefined
  if (!type || type.kind === 'null') throw new OptionError('INVALID_OPTION', `${JSON.stringify(name)} is no type of a function's argument or result`)
  return type
}

export class UdfRegistry {
  readonly #udfs = new Map<string, RegisteredUdf>()

  async check(name: string, signature: UdfSignature, source: UdfSource): Promise<RegisteredUdf> {
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new OptionError('INVALID_OPTION', `a function name must be an identifier, not ${JSON.stringify(name)}`)
    if (!Array.isArray(signature?.args)) throw new OptionError('INVALID_OPTION', 'a function needs {args: [type, …], returns: type}')
    const nulls = signature.nulls ?? 'skip'
    if (nulls !== 'skip' && nulls !== 'pass') throw new OptionError('INVALID_OPTION', `nulls is ${JSON.stringify(nulls)}; it must be 'skip' or 'pass'`)
    const types = { args: signature.args.map(typeOf), returns: typeOf(signature.returns), nulls } as const
    if (typeof source === 'function') return { ...types, fn: source }
    const module = { url: moduleUrl(source?.module), name: source?.export ?? 'default' }
    return { ...types, fn: await loadExport(module), module }
  }

  set(name: string, udf: RegisteredUdf): void {
    this.#udfs.set(name.toLowerCase(), udf)
  }

  get(name: string): RegisteredUdf {
    return this.#udfs.get(name.toLowerCase()) ?? noUdf(name)
  }
}

/** A UDF that a plan names and nobody registered. */
export const noUdf = (name: string): never => {
  throw new ExecutionError('UNKNOWN_FUNCTION', `no user-defined function ${name} is registered`)
}

const moduleUrl = (module: unknown): string => {
  try {
    return new URL(module as string | URL).href
  } catch (cause) {
    throw new OptionError('INVALID_OPTION', 'a function is given as a function, or as {module: URL, export: name}', { cause })
  }
}

/** Also tells early that the module or export is missing. */
export const loadExport = async ({ url, name }: ModuleUdf): Promise<(...args: any[]) => unknown> => {
  const module = await import(url).catch((cause: unknown) => {
    throw new OptionError('INVALID_OPTION', `the module ${url} cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  const fn = module[name]
  if (typeof fn !== 'function') throw new OptionError('INVALID_OPTION', `the module ${url} exports no function ${name}`)
  return fn
}
