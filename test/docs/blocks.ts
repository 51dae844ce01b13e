/**
 * The fenced blocks of a document and how each is run. The info string says it:
 *
 *   ```sh run          executed in the project's folder, `arcweld` standing for the built program; a following ```text
 *                      block is what it prints, where `…` stands for any text in a line, and a line `…` for any lines
 *   ```ts run          executed on the built package; a following ```text block is what it prints
 *   ```json            must parse
 *   ```ts types        only type-checked: it needs what the reader has
 *   ```sh shown        not executed (it installs, or takes minutes); CI runs these commands themselves
 *   ```weld            a kernel, with inputs and results in the list that follows; also `weld refused`, `weld program`: ir.test.ts
 *   ```text, ```diff, ```sql, ```   read by people; the first also as the output of the block before it
 */

export interface Block {
  readonly info: readonly string[]
  readonly text: string
  /** 1-based, of the opening fence. */
  readonly line: number
  /** The text block that follows directly. */
  readonly output: string | undefined
}

export const fencedBlocks = (markdown: string): Block[] => {
  const lines = markdown.split('\n')
  const found: (Omit<Block, 'output'> & { end: number })[] = []
  for (let at = 0; at < lines.length; at++) {
    const open = /^(`{3,})(.*)$/.exec(lines[at] ?? '')
    if (!open) continue
    const end = lines.findIndex((line, i) => i > at && line === open[1])
    if (end < 0) throw new Error(`line ${at + 1}: the block is not closed`)
    found.push({ info: (open[2] ?? '').trim().split(/\s+/), text: lines.slice(at + 1, end).join('\n'), line: at + 1, end: end + 1 })
    at = end
  }
  return found.map(({ end, ...block }, i) => {
    const next = found[i + 1]
    const between = next ? lines.slice(end, next.line - 1) : []
    const follows = next?.info[0] === 'text' && block.info.includes('run') && between.every((line) => line.trim() === '' || line.trim().length < 40)
    return { ...block, output: follows ? next.text : undefined }
  })
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The pattern an output block stands for. */
export const outputPattern = (expected: string): RegExp => {
  const lines = expected.trimEnd().split('\n')
  const parts = lines.map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(escape).join('.*')}[ ]*\\n`))
  return new RegExp(`^${parts.join('')}$`)
}
