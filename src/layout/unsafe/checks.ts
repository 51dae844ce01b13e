/**
 * Checks of UnsafeRows that come from outside, all that is within them too: kernels follow their offsets unseen. What passes lies within
 * its bytes; slices do not overlap, so that reading takes no more than the bytes are; bools are 0 or 1, and NULL stands where it may.
 */
import { arrayHeader, elementBytes, type RowField, SLOT, type SliceForm, wordOffset } from '../unsafe-row.ts'
import { countOf, type Extent, malformed, mapParts, sliceAt } from './views.ts'

/** Throws SourceError FILE_FORMAT, with `byteOffset` from the start of the view. `name` is called for messages alone. */
type Check = (extent: Extent, name: () => string) => void

const isSet = (view: DataView, bits: number, index: number): boolean => ((view.getUint8(bits + (index >> 3)) >> (index & 7)) & 1) === 1

/** Fields whose bytes can be wrong; numbers that may be NULL cannot. */
const isChecked = ({ physical, nullable }: RowField): boolean => !nullable || physical === 'utf8' || physical === 'i128' || physical === 'bool8'

/** A row's or array's value: checks it, and gives the end of its slice, `used` where it has none. */
type CheckValue = (extent: Extent, at: number, isNull: boolean, used: number, name: () => string) => number

const valueCheck = ({ physical, nullable, form }: RowField, inRow: boolean): CheckValue => {
  const inner = formCheck(form)
  const wide = physical === 'i128'
  const slot = inRow && (wide || form?.kind === 'interval') ? SLOT : 0
  return (extent, at, isNull, used, name) => {
    const { view, start, end } = extent
    if (isNull && !nullable) throw malformed(`${name()} is NULL`, at)
    if (physical === 'bool8' && view.getUint8(at) > 1) throw malformed(`${name()} is no bool`, at)
    if (!wide && physical !== 'utf8') return used
    const size = view.getUint32(at, true)
    const offset = view.getUint32(at + 4, true)
    if (wide && (size > SLOT || (size === 0 && !isNull))) throw malformed(`${name()} has a decimal of ${size} bytes`, at)
    // A NULL's word as well: whoever makes a slice of it does so before asking. That of text is 0, an empty slice.
    if (offset + Math.max(size, wide ? slot : 0) > end - start) throw malformed(`${name()} reaches byte ${offset + size} of ${end - start}`, at)
    if (isNull) return used
    if (size > 0 && start + offset < used) throw malformed(`${name()} begins at byte ${offset}, before ${used - start}`, at)
    inner?.(sliceAt(extent, at), name)
    return size > 0 ? start + offset + Math.max(size, slot) : used
  }
}

const formCheck = (form: SliceForm | undefined): Check | undefined => {
  switch (form?.kind) {
    case 'interval':
      return ({ start, end }, name) => {
        if (end - start !== SLOT) throw malformed(`${name()} has an interval of ${end - start} bytes`, start)
      }
    case 'struct':
      return structCheck(form.fields)
    case 'array':
      return arrayCheck(form.element)
    case 'map': {
      const [keys, values] = [arrayCheck(form.key), arrayCheck(form.value)]
      return (extent, name) => {
        const [k, v] = mapParts(extent)
        const [n, m] = [countOf(k, form.key), countOf(v, form.value)]
        if (n !== m) throw malformed(`${name()} has ${n} keys and ${m} values`, v.start)
        keys(k, () => `${name()}, key`)
        values(v, () => `${name()}, value`)
      }
    }
    default:
      return undefined
  }
}

const structCheck = (fields: readonly RowField[]): Check => {
  const fixed = wordOffset(fields.length, fields.length)
  const checked = fields.flatMap((field, index) => (isChecked(field) ? [{ index, at: wordOffset(fields.length, index), check: valueCheck(field, true) }] : []))
  return (extent, name) => {
    const { view, start, end } = extent
    if (end - start < fixed) throw malformed(`${name()} has ${end - start} bytes, and its fields need ${fixed}`, start)
    let used = start + fixed
    for (const { index, at, check } of checked) used = check(extent, start + at, isSet(view, start, index), used, () => `${name()}: field ${index}`)
  }
}

const arrayCheck = (element: RowField): Check => {
  const width = elementBytes(element)
  const check = isChecked(element) ? valueCheck(element, false) : undefined
  return (extent, name) => {
    const { view, start } = extent
    const count = countOf(extent, element)
    if (check === undefined) return
    const first = start + arrayHeader(count)
    let used = first + count * width
    for (let i = 0; i < count; i++) used = check(extent, first + i * width, isSet(view, start + 8, i), used, () => `${name()}: element ${i}`)
  }
}

/** Checks rows of these fields: bytes [start, end) each. */
export const rowCheck = (fields: readonly RowField[]): ((extent: Extent, row: number) => void) => {
  const check = structCheck(fields)
  return (extent, row) => check(extent, () => `row ${row}`)
}
