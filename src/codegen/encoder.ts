/**
 * A direct WebAssembly encoder: bytes are appended as instructions are named, nothing is kept as a tree. Functions refer
 * to types, imports and each other by number; a module imports one shared memory.
 */
import { Bytes } from './bytes.ts'
import { OPCODES, type Opcode, WASM_TYPES, type WasmType } from './opcodes.ts'

export interface Signature {
  readonly params: readonly WasmType[]
  readonly results: readonly WasmType[]
}

/** What a call names: a function of the module or an import. */
export type Callee = FunctionBuilder | Import
export interface Import {
  readonly module: string
  readonly name: string
  readonly type: number
}

/** One function's code. Locals are handed out by `local` and may be given back by `free`. */
export class FunctionBuilder {
  readonly module: ModuleBuilder
  readonly signature: Signature
  private readonly relocations: { at: number; callee: Callee }[] = []
  private readonly code = new Bytes()
  private readonly locals: WasmType[] = []
  private readonly idle: Record<WasmType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] }
  /** Open blocks, for branch depths. */
  private depth = 0

  constructor(module: ModuleBuilder, signature: Signature) {
    this.module = module
    this.signature = signature
  }

  get size(): number {
    return this.code.length
  }

  op(name: Opcode): this {
    for (const b of OPCODES[name]) this.code.byte(b)
    return this
  }

  local(type: WasmType): number {
    const index = this.idle[type].pop()
    if (index !== undefined) return index
    this.locals.push(type)
    return this.signature.params.length + this.locals.length - 1
  }

  free(type: WasmType, index: number): void {
    this.idle[type].push(index)
  }

  get(local: number): this {
    this.op('local.get').code.u32(local)
    return this
  }

  set(local: number): this {
    this.op('local.set').code.u32(local)
    return this
  }

  tee(local: number): this {
    this.op('local.tee').code.u32(local)
    return this
  }

  i32(value: number): this {
    this.op('i32.const').code.i32(value)
    return this
  }

  i64(value: bigint): this {
    this.op('i64.const').code.i64(value)
    return this
  }

  f32(value: number): this {
    this.op('f32.const').code.f32(value)
    return this
  }

  f64(value: number): this {
    this.op('f64.const').code.f64(value)
    return this
  }

  /** A load or store; alignment is a hint and left at one byte. */
  memory(name: Opcode, offset = 0): this {
    this.op(name).code.u32(name.includes('atomic') ? 2 : 0)
    this.code.u32(offset)
    return this
  }

  /** A 16-byte constant, low byte first. */
  v128(bytes: readonly number[]): this {
    this.op('v128.const').code.append(bytes)
    return this
  }

  /** extract_lane and replace_lane. */
  lane(name: Opcode, lane: number): this {
    this.op(name).code.byte(lane)
    return this
  }

  /** v128.loadN_lane and storeN_lane. */
  memoryLane(name: Opcode, offset: number, lane: number): this {
    this.memory(name, offset).code.byte(lane)
    return this
  }

  /** Bytes of the two vectors on the stack: 0 … 15 of the lower, 16 … 31 of the upper one. */
  shuffle(lanes: readonly number[]): this {
    this.op('i8x16.shuffle').code.append(lanes)
    return this
  }

  /** Byte-reverses the i64 on the stack. */
  bswap64(): this {
    this.op('i64x2.splat')
    const copy = this.local('v128')
    this.tee(copy).get(copy).shuffle([7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0])
    this.free('v128', copy)
    return this.lane('i64x2.extract_lane', 0)
  }

  fill(): this {
    this.op('memory.fill').code.byte(0)
    return this
  }

  /** Calls a function or import; its number is known, and written, when the module is encoded. */
  call(callee: Callee): this {
    this.op('call')
    this.relocations.push({ at: this.code.length, callee })
    this.code.append([0x80, 0x80, 0x80, 0x80, 0x00])
    return this
  }

  block(results: readonly WasmType[] = []): number {
    return this.open('block', results)
  }

  loop(): number {
    return this.open('loop', [])
  }

  if(results: readonly WasmType[] = []): number {
    return this.open('if', results)
  }

  else(): this {
    return this.op('else')
  }

  end(): this {
    this.depth--
    return this.op('end')
  }

  /** Branches to a block by the label that opening it returned. */
  br(label: number): this {
    this.op('br').code.u32(this.depth - label)
    return this
  }

  brIf(label: number): this {
    this.op('br_if').code.u32(this.depth - label)
    return this
  }

  private open(name: 'block' | 'loop' | 'if', results: readonly WasmType[]): number {
    this.op(name)
    if (results.length === 0) this.code.byte(0x40)
    else if (results.length === 1) this.code.byte(WASM_TYPES[results[0] as WasmType])
    else this.code.i32(this.module.type({ params: [], results }))
    return ++this.depth
  }

  encode(): Uint8Array {
    const body = new Bytes()
    for (const { at, callee } of this.relocations) this.code.patch(at, this.module.indexOf(callee))
    const runs: [number, WasmType][] = []
    for (const type of this.locals) {
      const last = runs.at(-1)
      if (last && last[1] === type) last[0]++
      else runs.push([1, type])
    }
    body.u32(runs.length)
    for (const [count, type] of runs) {
      body.u32(count)
      body.byte(WASM_TYPES[type])
    }
    body.append(this.code.view())
    body.byte(OPCODES.end[0])
    return body.view()
  }
}

/** A module: one imported shared memory, functions, and the imports they came to call. */
export class ModuleBuilder {
  private readonly types: string[] = []
  private readonly signatures: Signature[] = []
  private readonly imports: Import[] = []
  private readonly functions: FunctionBuilder[] = []
  private readonly exports: { name: string; f: FunctionBuilder }[] = []

  type(signature: Signature): number {
    const key = `${signature.params.join()}>${signature.results.join()}`
    const known = this.types.indexOf(key)
    if (known >= 0) return known
    this.types.push(key)
    this.signatures.push(signature)
    return this.types.length - 1
  }

  /** The import of that name, declared at its first use. */
  import(module: string, name: string, signature: () => Signature): Import {
    const known = this.imports.find((i) => i.name === name && i.module === module)
    if (known) return known
    const added = { module, name, type: this.type(signature()) }
    this.imports.push(added)
    return added
  }

  function(signature: Signature, exportName?: string): FunctionBuilder {
    this.type(signature)
    const f = new FunctionBuilder(this, signature)
    this.functions.push(f)
    if (exportName !== undefined) this.exports.push({ name: exportName, f })
    return f
  }

  indexOf(callee: Callee): number {
    return callee instanceof FunctionBuilder ? this.imports.length + this.functions.indexOf(callee) : this.imports.indexOf(callee)
  }

  /** Bytes of each function's code, for reports. */
  get functionSizes(): readonly number[] {
    return this.functions.map((f) => f.size)
  }

  encode(): Uint8Array<ArrayBuffer> {
    const bodies = this.functions.map((f) => f.encode())
    const out = new Bytes()
    out.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
    section(out, 1, this.signatures, (s, signature) => {
      s.byte(0x60)
      s.u32(signature.params.length)
      for (const p of signature.params) s.byte(WASM_TYPES[p])
      s.u32(signature.results.length)
      for (const r of signature.results) s.byte(WASM_TYPES[r])
    })
    section(out, 2, [undefined, ...this.imports], (s, item) => {
      s.name(item?.module ?? 'env')
      s.name(item?.name ?? 'memory')
      if (item) {
        s.byte(0x00)
        s.u32(item.type)
      } else s.append([0x02, 0x03, ...MEMORY_LIMITS])
    })
    section(out, 3, this.functions, (s, f) => s.u32(this.type(f.signature)))
    section(out, 7, this.exports, (s, e) => {
      s.name(e.name)
      s.byte(0x00)
      s.u32(this.indexOf(e.f))
    })
    section(out, 10, bodies, (s, body) => {
      s.u32(body.length)
      s.append(body)
    })
    return out.view()
  }
}

/** Shared memory, minimum 0 and maximum 65536 pages: any shared memory of that maximum fits. */
const MEMORY_LIMITS = [0x00, 0x80, 0x80, 0x04]

const section = <T>(out: Bytes, id: number, items: readonly T[], write: (s: Bytes, item: T) => void): void => {
  const body = new Bytes()
  body.u32(items.length)
  for (const item of items) write(body, item)
  out.byte(id)
  out.u32(body.length)
  out.append(body.view())
}
