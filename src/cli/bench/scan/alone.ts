/** A program of its own: `node alone.js <JSON of what to do>` does one way of one contestant once, and tells how much of it was resident at most. */
import { readFile } from 'node:fs/promises'
import type { ContestantName, Way } from './contestant.ts'
import type { ScanCase } from './cases.ts'
import { OPENS } from './roster.ts'

/**
 * Bytes. Linux counts into a process's maxRSS what it was forked from, until it is another program: there the kernel's own high-water mark of
 * this program is read.
 */
const mostResident = async (): Promise<number> => {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const mark = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]
  return (mark === undefined ? process.resourceUsage().maxRSS : Number(mark)) * 1024
}

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
process.stdout.write(`${await mostResident()}\n`)
await contestant.release()
await contestant.close()
