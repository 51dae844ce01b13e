/** A program that uses the backend, and tells which modules were loaded for it, in JSON. */
import { createRequire, register } from 'node:module'
import { MessageChannel } from 'node:worker_threads'

const loaded = []
const { port1, port2 } = new MessageChannel()
port1.on('message', (url) => loaded.push(url))
port1.unref()
register('./loader.mjs', import.meta.url, { data: { port: port2 }, transferList: [port2] })

const { asc, count, createBackend, scan } = await import('arcweld/backend')
const { tableFromArrays } = await import('apache-arrow')
const backend = await createBackend({ threads: 2, memory: '64MiB' })
const inputs = { t: tableFromArrays({ k: Int32Array.of(1, 2, 1) }) }
const table = scan('t', { k: 'int32' })
let rows
switch (process.argv[2]) {
  case 'close':
    rows = await (await backend.run(table.aggregate({ by: ['k'], n: count() }).sort([asc('k')]).plan(), inputs)).rows({ json: true })
    break
  case 'error':
    await (await backend.run(table.plan(), {})).rows().catch((error) => {
      rows = error.code
    })
    break
  case 'left-early':
    for await (const _ of await backend.run(table.plan(), inputs)) break
}
await backend.close()
// What the main thread required: packages that are CommonJS.
loaded.push(...Object.keys(createRequire(import.meta.url).cache))
await new Promise((resolve) => setTimeout(resolve, 50))
console.log(JSON.stringify({ rows, loaded }))
port1.close()
