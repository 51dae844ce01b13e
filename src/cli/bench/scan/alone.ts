/** A program of its own: `node alone.js <JSON of what to do>` does one way of one contestant once, and tells how much of it was resident at most. */
import type { ContestantName, Way } from './contestant.ts'
import type { ScanCase } from './cases.ts'
import { OPENS } from './roster.ts'

export interface Alone {
  readonly name: ContestantName
  readonly way: Way
  readonly scan: ScanCase
  readonly path: string
  readonly threads: number
  readonly memory?: number | undefined
}

const { name, way, scan, path, threads, memory } = JSON.parse(process.argv[2] ?? '{}') as Alone
const contestant = await OPENS[name](scan, path, { threads, memory, signal: new AbortController().signal })
await contestant.ways[way]?.()
// Before anything is let go of: what is made is resident.
process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`)
await contestant.release()
await contestant.close()
