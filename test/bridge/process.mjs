/** A program that uses the pool: it must end by itself. */
import { SharedMemory } from '../../dist/bridge/memory.js'
import { Pool } from '../../dist/bridge/pool.js'

const memory = SharedMemory.create({ budget: 2 ** 24 })
const runtime = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
const pool = Pool.create({ threads: 2, memory, runtime })
const url = new URL('./calls.mjs', import.meta.url)
console.log(await pool.call(url, 'poke', { at: 2 ** 21, value: 42 }))
if (process.argv[2] === 'fail') {
  await pool.call(url, 'fail', 0).catch(() => {
    process.exitCode = 3
  })
}
if (process.argv[2] !== 'leave') await pool.close()
