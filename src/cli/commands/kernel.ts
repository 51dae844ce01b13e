/** `arcweld kernel program.weld --input file…`: one program of the language alone, or a bundle that --capture wrote. */
import { readFile } from 'node:fs/promises'
import { SourceError } from '../../errors.ts'
import type { Kernel, KernelValue } from '../../kernel/index.ts'
import type { Command } from '../command.ts'
import { jsonText } from '../format/text.ts'
import { memoryOption, parse } from '../options.ts'
import type { Terminal } from '../output.ts'
import { UsageError } from '../usage.ts'

/** Lines joined into one write. */
const CHUNK = 4096

export const kernel: Command = async (args, terminal) => {
  const { flags, positionals } = parse('kernel', args, ['input', 'ir', 'wat', 'memory'], ['program.weld'])
  const paths = (flags.input ?? []) as string[]
  const memory = memoryOption(flags)
  const [file = ''] = positionals
  const { compileKernel, isBundle, openInput } = await import('../../kernel/index.ts')
  const only = { ir: flags.ir === true, wat: flags.wat === true }
  if (await isBundle(file)) {
    if (paths.length > 0) throw new UsageError(`${file} is a bundle, which has its inputs with it`)
    return replay(file, only, terminal)
  }
  const program = compileKernel(await readText(file), { file, ...(memory === undefined ? {} : { memory }) })
  try {
    const shown = await listings(program, only)
    if (shown !== '' && paths.length === 0) {
      await terminal.out.write(shown)
      return 0
    }
    if (paths.length !== program.inputs.length) throw new UsageError(`${file} takes ${program.inputs.length} inputs, and --input is given ${paths.length} times`, 'one --input for each parameter, in order')
    if (shown !== '') await terminal.err.write(shown)
    const inputs: unknown[] = []
    for (const [i, path] of paths.entries()) inputs.push(await openInput(path, program.inputs[i] as Kernel['inputs'][number]))
    const { value, figures } = await program.run(...inputs)
    await writeLines(linesOf(value, program.output.kind === 'vec'), terminal)
    const { rows, rowsOut, moduleBytes, irUs, codeUs, nsPerRow } = figures
    await terminal.err.write(`${rows} rows in, ${rowsOut} out; module of ${moduleBytes} bytes, compiled in ${Math.round(irUs)} µs to IR and ${Math.round(codeUs)} µs to code; ${nsPerRow.toFixed(1)} ns a row\n`)
    return 0
  } finally {
    program.close()
  }
}

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new SourceError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', missing ? `no such program: ${path}` : `cannot read ${path}`, { path, cause })
  }
}

interface Only {
  readonly ir: boolean
  readonly wat: boolean
}
const listings = async (of: { readonly ir: string; wat(): Promise<string> }, { ir, wat }: Only): Promise<string> => (ir ? of.ir : '') + (wat ? await of.wat() : '')

/** A vec is one line an element, a dict one an entry, anything else one line. */
const linesOf = (value: KernelValue, isVec: boolean): readonly string[] => {
  if (value instanceof Map) return [...value].map(([key, item]) => entryText(key, item))
  return isVec ? (value as readonly KernelValue[]).map(text) : [text(value)]
}
const text = (value: KernelValue): string => {
  if (value instanceof Map) return `[${[...value].map(([key, item]) => entryText(key, item)).join(',')}]`
  return Array.isArray(value) ? `[${value.map(text).join(',')}]` : jsonText(value)
}
const entryText = (key: KernelValue, value: KernelValue): string => `{"key":${text(key)},"value":${text(value)}}`

const writeLines = async (lines: readonly string[], { out }: Terminal): Promise<void> => {
  for (let at = 0; at < lines.length; at += CHUNK) await out.write(`${lines.slice(at, at + CHUNK).join('\n')}\n`)
}

const replay = async (file: string, only: Only, terminal: Terminal): Promise<number> => {
  const { replayBundle, watOf } = await import('../../kernel/index.ts')
  const report = await replayBundle(file)
  const shown = await listings({ ir: report.ir, wat: () => watOf(report.bytes) }, only)
  if (shown !== '') {
    await terminal.out.write(shown)
    return 0
  }
  await writeLines(report.lines, terminal)
  const { outcome, rowsIn, compileUs, nsPerRow, bytes } = report
  const came = outcome.raises === undefined ? `${outcome.rows} out` : `${outcome.raises}: ${outcome.message}`
  await terminal.err.write(`${rowsIn} rows in, ${came}; module of ${bytes.length} bytes, compiled in ${Math.round(compileUs)} µs; ${nsPerRow.toFixed(1)} ns a row\n`)
  if (report.difference === undefined) return 0
  await terminal.err.write(`${report.name} differs: ${report.difference}\n`)
  return 1
}
