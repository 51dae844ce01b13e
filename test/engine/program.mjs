/** A program that uses the library in the way its argument says, closes it, and must then end by itself. */
import { Engine } from 'arcweld'

const [, , what, path] = process.argv
const engine = await Engine.create({ threads: 2, memory: what === 'memory' ? '24MiB' : '512MiB' })
const caught = (error) => {
  if (error.code === undefined && error !== 'stop') throw error
}
try {
  await engine.register('million', path)
  await engine.udf('bad', { args: ['int64'], returns: 'int64' }, () => {
    throw new Error('bad')
  })
  switch (what) {
    case 'close':
      await (await engine.sql('select sum(i) as s from million')).rows()
      break
    case 'query-error':
      await (await engine.sql('select (i + 1)::tinyint as s from million')).rows().catch(caught)
      break
    case 'plan-error':
      await engine.sql('select nothing from nowhere').catch(caught)
      break
    case 'udf-error':
      await (await engine.sql('select bad(i) from million')).rows().catch(caught)
      break
    case 'unread':
      await engine.sql('select i from million')
      break
    case 'left-early':
      for await (const _ of await engine.sql('select i from million')) break
      break
    case 'abort': {
      const abort = new AbortController()
      const rows = (await engine.sql('select count(*) from million a join million b on a.k = b.k', { signal: abort.signal })).rows()
      setTimeout(() => abort.abort('stop'), 20)
      await rows.catch(caught)
      break
    }
    case 'memory':
      await (await engine.sql('select * from million order by s, i')).rows().catch(caught)
      break
    case 'uncaught':
      await (await engine.sql('select (i + 1)::tinyint as s from million')).rows()
  }
} finally {
  await engine.close()
}
console.log('done')
