/**
 * Groups of a Parquet schema as SQL types, and where the levels of their leaves put NULLs, lists and elements. Lists and maps of writers from
 * before the format's rules are told apart as those rules have it.
 */
import type { Field, NestedType, SqlType } from '../../layout/types.ts'
import type { LeafInfo, NestedShape } from './chunk-task.ts'
import type { SchemaElement } from './schema-element.ts'
import type { leafType } from './schema.ts'

export interface NestedColumn {
  readonly type: NestedType
  readonly shape: NestedShape
  /** In the order of the file, from the column's first leaf on. */
  readonly leaves: readonly LeafInfo[]
}

export interface UnsupportedColumn {
  readonly unsupported: string
}

interface Element {
  readonly element: SchemaElement
  readonly parts: readonly Element[]
}

interface Levels {
  readonly definition: number
  readonly repetition: number
}

class Unsupported extends Error {}

/** The element at `at`, of a schema that has been gone over. */
const treeAt = (schema: readonly SchemaElement[], at: number): Element => {
  let next = at
  const read = (): Element => {
    const element = schema[next++]!
    return { element, parts: Array.from({ length: element.children ?? 0 }, read) }
  }
  return read()
}

const isList = ({ logical, converted }: SchemaElement): boolean => logical?.type === 'LIST' || (logical === undefined && converted === 'LIST')
const isMap = ({ logical, converted }: SchemaElement): boolean =>
  logical?.type === 'MAP' || (logical === undefined && (converted === 'MAP' || converted === 'MAP_KEY_VALUE'))

const inside = ({ definition, repetition }: Levels, { element }: Element): Levels => ({
  definition: definition + (element.repetition === 'REQUIRED' || element.repetition === undefined ? 0 : 1),
  repetition: repetition + (element.repetition === 'REPEATED' ? 1 : 0),
})

class Shapes {
  readonly leaves: LeafInfo[] = []
  readonly #name: string
  readonly #leafType: typeof leafType

  constructor(name: string, ofLeaf: typeof leafType) {
    this.#name = name
    this.#leafType = ofLeaf
  }

  /** Of an element within `around`. */
  shape(tree: Element, around: Levels): NestedShape {
    if (tree.element.repetition !== 'REPEATED') return this.#value(tree, inside(around, tree))
    // A list of its own, which cannot be NULL, nor can its elements.
    const levels = inside(around, tree)
    const element = this.#value(tree, levels)
    return { kind: 'list', type: { kind: 'array', element: element.type }, definition: around.definition, repeated: levels.definition, repetition: levels.repetition, element }
  }

  /** Of an element that stands for one value, which is there from `levels` on. */
  #value(tree: Element, levels: Levels): NestedShape {
    const { element, parts } = tree
    if (parts.length === 0) return this.#leaf(tree, levels)
    if (isList(element)) return this.#list(tree, levels)
    if (isMap(element)) return this.#map(tree, levels)
    return this.#struct(tree, levels)
  }

  #leaf({ element }: Element, { definition, repetition }: Levels): NestedShape {
    const { type, reading } = this.#leafType(element)
    if (!('kind' in type)) throw new Unsupported(type.unsupported)
    const leaf = this.leaves.length
    this.leaves.push({
      name: this.#name,
      stored: element.type!,
      length: element.type === 'FIXED_LEN_BYTE_ARRAY' ? (element.typeLength ?? 0) : 0,
      maxDefinition: definition,
      maxRepetition: repetition,
      reading: reading!,
    })
    return { kind: 'leaf', type, definition, leaf }
  }

  #struct({ parts }: Element, levels: Levels): NestedShape {
    if (parts.length === 0) throw new Unsupported('a struct of no fields')
    const fields = parts.map((part) => this.shape(part, levels))
    const type: SqlType = { kind: 'struct', fields: parts.map(({ element }, i): Field => ({ name: element.name, type: fields[i]!.type })) }
    return { kind: 'struct', type, definition: levels.definition, fields }
  }

  #list({ element: { name }, parts }: Element, levels: Levels): NestedShape {
    const [repeated] = parts
    if (parts.length !== 1 || repeated?.element.repetition !== 'REPEATED') throw new Unsupported('a list of no known form')
    const each = inside(levels, repeated)
    const [only] = repeated.parts
    const isElement =
      repeated.parts.length !== 1 || only?.element.repetition === 'REPEATED' || repeated.element.name === 'array' || repeated.element.name === `${name}_tuple`
    const element = isElement ? this.#value(repeated, each) : this.shape(only!, each)
    return { kind: 'list', type: { kind: 'array', element: element.type }, definition: levels.definition, repeated: each.definition, repetition: each.repetition, element }
  }

  #map({ parts }: Element, levels: Levels): NestedShape {
    const [entries] = parts
    if (parts.length !== 1 || entries?.element.repetition !== 'REPEATED' || entries.parts.length !== 2) throw new Unsupported('a map of no known form')
    const each = inside(levels, entries)
    const [key, value] = entries.parts.map((part) => this.shape(part, each)) as [NestedShape, NestedShape]
    return {
      kind: 'map', type: { kind: 'map', key: key.type, value: value.type }, definition: levels.definition, repeated: each.definition, repetition: each.repetition, key, value,
    }
  }
}

/** The nested column whose element is at `at`, and its name; or what of it arcweld has no type for. */
export const nestedColumnOf = (schema: readonly SchemaElement[], at: number, name: string, ofLeaf: typeof leafType): NestedColumn | UnsupportedColumn => {
  const shapes = new Shapes(name, ofLeaf)
  try {
    const shape = shapes.shape(treeAt(schema, at), { definition: 0, repetition: 0 })
    return { type: shape.type as NestedType, shape, leaves: shapes.leaves }
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: `nested, with ${error.message}` }
    throw error
  }
}
