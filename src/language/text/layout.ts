/** Text that breaks where it has to: a group that fits on the rest of its line stays on it, another breaks at all its lines. */

/** `flat` is what a line is where its group does not break; without it, its groups always do. */
export type Doc = string | { readonly flat: string | undefined } | { readonly docs: readonly Doc[]; readonly width: number; readonly indent: boolean; readonly group: boolean }

const WIDTH = 110

const widthOf = (doc: Doc): number => (typeof doc === 'string' ? doc.length : 'docs' in doc ? doc.width : (doc.flat?.length ?? Number.POSITIVE_INFINITY))
const made = (docs: readonly Doc[], indent: boolean, group: boolean): Doc => ({ docs, width: docs.reduce((sum, d) => sum + widthOf(d), 0), indent, group })

export const row = (...docs: readonly Doc[]): Doc => made(docs, false, false)
export const group = (...docs: readonly Doc[]): Doc => made(docs, false, true)
/** Its lines stand two columns further in. */
export const inner = (...docs: readonly Doc[]): Doc => made(docs, true, false)

export const SPACE: Doc = { flat: ' ' }
export const NOTHING: Doc = { flat: '' }
export const BREAK: Doc = { flat: undefined }

/** `a,␤b,␤c` */
export const listed = (docs: readonly Doc[]): Doc => row(...docs.flatMap((d, i) => (i === 0 ? [d] : [',', SPACE, d])))

/** The first characters of a text. */
export const beginning = (doc: Doc): string => {
  if (typeof doc === 'string') return doc
  if ('flat' in doc) return ''
  for (const part of doc.docs) {
    const text = beginning(part)
    if (text) return text
  }
  return ''
}

export const render = (doc: Doc): string => {
  let text = ''
  let column = 0
  const put = (d: Doc, indent: number, flat: boolean): void => {
    if (typeof d === 'string') {
      text += d
      column += d.length
    } else if ('docs' in d) {
      const stays = flat || (d.group && d.width <= WIDTH - column)
      for (const part of d.docs) put(part, d.indent ? indent + 2 : indent, stays)
    } else if (flat) put(d.flat ?? '', indent, true)
    else {
      text += `\n${' '.repeat(indent)}`
      column = indent
    }
  }
  put(doc, 0, false)
  return text
}
