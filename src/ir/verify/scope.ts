/** What an expression may name where it stands: names with their types, rows with those of their fields, the sinks of earlier pipelines. */
import { IrError } from '../../errors.ts'
import type { Ir, IrType, Scalar } from '../nodes.ts'
import { type Builder, tupleTypes } from '../program.ts'

export interface Surroundings {
  /** Types of the parameters; not checked where absent. */
  readonly params?: readonly Scalar[]
  /** Number of memo tables; not checked where absent. */
  readonly memos?: number
}

export class Scope {
  readonly around: Surroundings
  readonly #place: string
  readonly names = new Map<string, IrType>()
  rows: Map<string, readonly IrType[]>
  /** Builders of the pipelines before this one that no later one merges into. */
  sinks: readonly (Builder | undefined)[] = []

  constructor(around: Surroundings, place: string, rows: ReadonlyMap<string, readonly IrType[]> = new Map()) {
    this.around = around
    this.#place = place
    this.rows = new Map(rows)
  }

  fail(what: string): never {
    throw new IrError(`${this.#place}: ${what}`)
  }

  expect(ok: boolean, what: string): void {
    if (!ok) this.fail(what)
  }

  sink(sink: number): Builder {
    return this.sinks[sink] ?? this.fail(`sink ${sink} is not that of an earlier pipeline`)
  }

  tuples(sink: number): readonly IrType[] {
    const builder = this.sink(sink)
    return tupleTypes(builder) ?? this.fail(`a ${builder.builder} is no source`)
  }

  /** Types of the tuples that `find` gives: a join's keys and fields, too. */
  found(sink: number): { readonly key: readonly IrType[]; readonly types: readonly IrType[] } {
    const b = this.sink(sink)
    if (b.builder !== 'dictmerger' && b.builder !== 'groupmerger') return this.fail(`no key finds tuples of a ${b.builder}`)
    if (b.builder === 'dictmerger' && b.local !== undefined) return this.fail('no key finds tuples of a dictmerger that gives tables up')
    return { key: b.key, types: tupleTypes(b) ?? (b.builder === 'groupmerger' ? [...b.key, ...b.fields] : []) }
  }

  table(table: number): void {
    this.expect(table >= 0 && (this.around.memos === undefined || table < this.around.memos), `no memo table ${table}`)
  }

  bound(name: string, type: IrType, body: () => void): void {
    const outer = this.names.get(name)
    this.expect(outer === undefined || outer === type, `${name} is bound as ${outer} and within as ${type}`)
    this.names.set(name, type)
    body()
    if (outer) this.names.set(name, outer)
    else this.names.delete(name)
  }

  /** Only the source's row and the carried names are in scope. */
  staged(carry: readonly { readonly name: string; readonly value: Ir }[], source: string, body: () => void): void {
    const [names, rows] = [new Map(this.names), this.rows]
    this.names.clear()
    for (const c of carry) this.names.set(c.name, c.value.type)
    this.expect(this.names.size === carry.length, 'a name is carried twice')
    this.rows = new Map([[source, rows.get(source) as readonly IrType[]]])
    body()
    this.rows = rows
    this.names.clear()
    for (const [name, type] of names) this.names.set(name, type)
  }
}
