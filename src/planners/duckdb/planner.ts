/** The planner: a catalog of registered tables and function stubs, and the way from a text to a plan. */
import { resolve } from 'node:path'
import { ArcweldError, OptionError, PlanError } from '../../errors.ts'
import { parseType } from '../../layout/types.ts'
import type { Field, SqlType } from '../../layout/types.ts'
import { PLAN_VERSION } from '../../plan/nodes.ts'
import { assertComparable } from './compared.ts'
import { offsetOf, planError, thrownError } from './failures.ts'
import { openParquet, SeenFiles } from './files.ts'
import type { Planned, PlannerTable, SqlPlanner } from './sql-planner.ts'
import { exact } from './mapped.ts'
import { foldCase, uniqueNames, writtenNames } from './names.ts'
import { narrowed } from './narrow.ts'
import { toNode } from './operators.ts'
import { assertSameTree, bindParameters } from './parameters.ts'
import type { Params } from './parameters.ts'
import { isRaw, malformed, objects, text } from './raw.ts'
import type { Raw } from './raw.ts'
import type { KnownTable } from './scans.ts'
import { quotedName } from './session.ts'
import type { Session } from './session.ts'
import { noneShared } from './shared.ts'
import { checkStatement, namesOneTable } from './statement.ts'
import { type ParameterToken, scanTokens } from './tokens.ts'
import { duckType, knownDuckType } from './types.ts'

interface Entry extends KnownTable {
  /** What a GET of it says that it reads. */
  readonly identity: string
  readonly kind: PlannerTable['kind']
  /** The statement that declares it. */
  readonly create: string
  /** Names of all its columns. */
  readonly columns: readonly string[]
}

interface Parsed {
  /** The text without what follows the statement. */
  readonly statement: string
  /** Where its first token begins. */
  readonly start: number
  readonly parameters: readonly ParameterToken[]
  readonly tree: Raw
}

const STUB = 'arcweld_udf_'

export class DuckDbPlanner implements SqlPlanner {
  readonly #session: Session
  /** By name without case. */
  readonly #tables = new Map<string, Entry>()
  /** The name without case of a user function → its current stub. */
  readonly #stubOf = new Map<string, string>()
  /** A stub → the name of the user function. */
  readonly #udfs = new Map<string, string>()
  readonly #seen = new SeenFiles()
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(session: Session) {
    this.#session = session
  }

  register(name: string, table: PlannerTable): Promise<readonly Field[]> {
    return this.#alone(async () => {
      checkName(name, 'table')
      return table.kind === 'parquet' ? this.#registerParquet(name, resolve(table.path)) : this.#registerStandIn(name, table.fields)
    })
  }

  unregister(name: string): Promise<void> {
    return this.#alone(() => this.#drop(name))
  }

  registerUdf(name: string, args: readonly SqlType[], returns: SqlType): Promise<void> {
    return this.#alone(async () => {
      checkName(name, 'function')
      // A macro in front of the stub lets a name be replaced, and shadow one of DuckDB's own.
      const stub = `${STUB}${this.#udfs.size + 1}`
      this.#session.stub(stub, args, returns)
      const parameters = args.map((_, i) => `a${i}`).join(', ')
      await this.#session.run(`CREATE OR REPLACE MACRO ${quotedName(name)}(${parameters}) AS ${stub}(${parameters})`)
      this.#stubOf.set(foldCase(name), stub)
      this.#udfs.set(stub, name)
    })
  }

  plan(sql: string, params?: Params): Promise<Planned> {
    return this.#alone(() => this.#plan(sql, params))
  }

  check(sql: string): Promise<readonly string[]> {
    return this.#alone(async () => {
      const parsed = await this.#parsed(sql)
      this.#checked(parsed)
      return parsed.parameters.map(({ name }, i) => name || String(i + 1))
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#queue
    this.#session.close()
  }

  /** One call after the other: settings belong to the whole instance. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ArcweldError('ENGINE_CLOSED', 'The planner is closed'))
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => undefined)
    return result
  }

  /** What can be said of a text without values for its parameters. */
  async #parsed(sql: string, params?: Params): Promise<Parsed> {
    if (typeof sql !== 'string') throw new OptionError('INVALID_OPTION', 'The SQL text is not a string')
    const nul = sql.indexOf('\0')
    if (nul >= 0) throw new PlanError('SQL_SYNTAX', 'The text holds a NUL character', { position: nul })
    const scan = scanTokens(sql)
    if (scan.end === 0) throw new PlanError('SQL_SYNTAX', 'There is no statement', { position: 0 })
    if (scan.second !== undefined) throw new PlanError('UNSUPPORTED_STATEMENT', 'More than one statement', { position: scan.second })
    const statement = sql.slice(0, scan.end)
    const tree = await this.#session.parse(statement)
    if (tree['error'] === true) throw this.#parseError(tree, statement, scan.start, () => params === undefined || bindParameters(statement, scan.parameters, params))
    if (objects(tree, 'statements').length !== 1) throw new PlanError('UNSUPPORTED_STATEMENT', 'Not one statement', { position: scan.start })
    return { statement, start: scan.start, parameters: scan.parameters, tree }
  }

  /** The registered tables it names. */
  #checked({ statement, start, tree }: Parsed): readonly string[] {
    const registered = new Map([...this.#tables].map(([key, entry]) => [key, entry.name]))
    return checkStatement(objects(tree, 'statements')[0], { tables: registered, udfs: new Set(this.#stubOf.keys()), start }, (location) => offsetOf(statement, location, 'bytes'))
  }

  async #plan(sql: string, params: Params | undefined): Promise<Planned> {
    const parsed = await this.#parsed(sql, params ?? [])
    const { statement, parameters, tree } = parsed
    const bound = bindParameters(statement, parameters, params)
    const boundTree = parameters.length > 0 ? await this.#session.parse(bound.sql) : tree
    if (parameters.length > 0) assertSameTree(tree['statements'], boundTree['statements'])
    // The serializer may crash on one: none may be left.
    if (hasParameter(boundTree['statements'])) throw malformed('a parameter that was not found in the text')
    const tables = this.#checked(parsed)
    const entries = tables.map((t) => this.#tables.get(foldCase(t)))
    const standIns = entries.some((e) => e?.kind === 'stand-in')

    const typed = (cause: unknown): never => {
      throw cause instanceof ArcweldError ? cause : thrownError(cause, (m) => this.#rename(m))
    }
    const statementTree = objects(boundTree, 'statements')[0] as Raw
    const written = writtenNames(statementTree, entries.flatMap((e) => e?.columns ?? []))
    const asked = () => this.#session.names(bound.sql).catch(typed)
    const columnNames = written === undefined ? asked() : Promise.resolve(written)
    const settled = columnNames.catch(() => undefined)
    try {
      const document = await this.#session.plan(bound.sql, { standIns, oneTable: namesOneTable(statementTree) }).catch(typed)
      if (document['error'] === true) throw planError(document, bound.sql, bound.original, (m) => this.#rename(m))
      const [root, ...others] = objects(document, 'plans')
      if (root === undefined || others.length > 0) throw malformed('not one plan')

      const catalog = { tables: new Map([...this.#tables.values()].map((e) => [e.identity, e])), udfs: this.#udfs, shared: noneShared() }
      const node = narrowed(exact(toNode(root, catalog)))
      for (const each of [...catalog.shared.plans.nodes, node.node]) assertComparable(each)
      let names = await columnNames
      if (names === written && names.length !== node.types.length) names = await asked()
      const unique = uniqueNames(names.map(bound.named))
      if (unique.length !== node.types.length) throw malformed(`${node.types.length} columns under ${unique.length} names`)
      const schema = unique.map((name, i) => ({ name, type: parseType(node.types[i] ?? '') ?? { kind: 'null' as const } }))
      const shared = catalog.shared.plans.nodes
      return { plan: { version: PLAN_VERSION, names: unique, ...(shared.length > 0 ? { shared } : {}), root: node.node }, schema, tables }
    } finally {
      // Where the plan fails first: the connection is used until they are there, and must not be used twice or closed before.
      await settled
    }
  }

  #parseError(error: Raw, statement: string, start: number, checkParameters: () => unknown): Error {
    if (text(error, 'error_type') !== 'not implemented')
      return planError(
        error,
        statement,
        (x) => x,
        (m) => m,
      )
    checkParameters()
    const keyword = /^[A-Za-z]+/.exec(statement.slice(start))?.[0]?.toUpperCase() ?? 'The statement'
    const query = /^(?:SELECT|WITH|FROM|VALUES|TABLE|The.*)$/.test(keyword)
    const message = query ? 'The statement is more than one query (a PIVOT without IN?)' : `${keyword} is not a query: only SELECT, VALUES, FROM and WITH are`
    return new PlanError('UNSUPPORTED_STATEMENT', message, { position: start })
  }

  /** Messages speak of the user's functions, not of stubs. */
  #rename(message: string): string {
    return message.replace(/arcweld_udf_\d+/g, (stub) => this.#udfs.get(stub) ?? stub)
  }

  async #registerParquet(name: string, path: string): Promise<readonly Field[]> {
    const others = [...this.#tables].filter(([key]) => key !== foldCase(name)).map(([, entry]) => entry.identity)
    const file = await openParquet(this.#session, path, new Set(others), this.#seen)
    await this.#replace({ name, identity: file.identity, shape: file.shape, columns: file.columns, kind: 'parquet', create: `CREATE VIEW ${quotedName(name)} AS ${file.select}` })
    return file.fields
  }

  async #registerStandIn(name: string, fields: readonly Field[]): Promise<readonly Field[]> {
    // SQL does not see the columns that DuckDB has no type for; plans do.
    const known = fields.filter((f) => f.type.kind === 'null' || knownDuckType(f.type) !== undefined)
    if (known.length === 0) throw new OptionError('INVALID_OPTION', `Table '${name}' has no columns`)
    const columns = known.map((f) => `${quotedName(f.name)} ${duckType(f.type)}`).join(', ')
    await this.#replace({ name, identity: `table:${name}`, shape: undefined, columns: known.map((f) => f.name), kind: 'stand-in', create: `CREATE TABLE ${quotedName(name)} (${columns})` })
    return fields
  }

  async #replace(entry: Entry): Promise<void> {
    const key = foldCase(entry.name)
    const old = this.#tables.get(key)
    await this.#drop(entry.name)
    try {
      await this.#session.run(entry.create)
    } catch (cause) {
      if (old !== undefined) {
        await this.#session.run(old.create)
        this.#tables.set(key, old)
      }
      throw new OptionError('INVALID_OPTION', `Table '${entry.name}' cannot be declared: ${thrownError(cause, (m) => m).message}`, { cause })
    }
    this.#tables.set(key, entry)
  }

  async #drop(name: string): Promise<void> {
    const entry = this.#tables.get(foldCase(name))
    if (entry === undefined) return
    this.#tables.delete(foldCase(name))
    await this.#session.run(`DROP ${entry.kind === 'parquet' ? 'VIEW' : 'TABLE'} ${quotedName(entry.name)}`)
  }
}

const checkName = (name: string, what: string): void => {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) throw new OptionError('INVALID_OPTION', `The name of a ${what} is empty or not text`)
}

const hasParameter = (x: unknown): boolean =>
  Array.isArray(x) ? x.some(hasParameter) : isRaw(x) && (x['class'] === 'PARAMETER' || Object.values(x).some(hasParameter))
