/** What is wrong with an array. */

/** Damage, or values that no arcweld type holds; the source says of which column. */
export class ChunkError extends Error {
  readonly code: 'FILE_CORRUPT' | 'FILE_FORMAT' | 'UNSUPPORTED_TYPE' | 'OVERFLOW' | 'MEMORY_EXCEEDED'
  constructor(code: ChunkError['code'], message: string) {
    super(message)
    this.code = code
  }
}

export const need = (values: { length: number } | undefined, length: number): void => {
  if (!(values !== undefined && values.length >= length))
    throw new ChunkError('FILE_CORRUPT', `a buffer of ${values?.length ?? 0} elements where ${length} are needed`)
}
