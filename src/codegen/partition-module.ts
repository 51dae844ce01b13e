/** The kernels of PartitionBy (assembly/partition-rows.ts) as a job calls them: `count` and `copy` (ctx, from, to) over tasks, `sums` (ctx) between. */
import { ModuleBuilder } from './encoder.ts'

let encoded: Uint8Array<ArrayBuffer> | undefined

export const partitionModule = (): Uint8Array<ArrayBuffer> => {
  if (encoded) return encoded
  const module = new ModuleBuilder()
  for (const [name, params] of [['count', 3], ['sums', 1], ['copy', 3]] as const) {
    const signature = { params: Array.from({ length: params }, () => 'i32' as const), results: [] }
    const callee = module.import('runtime', `partition_${name}`, () => signature)
    const f = module.function(signature, name)
    for (let i = 0; i < params; i++) f.get(i)
    f.call(callee)
  }
  encoded = module.encode()
  return encoded
}
