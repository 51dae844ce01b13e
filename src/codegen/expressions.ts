/** IR expression → instructions that leave the expression's slots on the stack. */
import { CTX } from '../ir/context.ts'
import { type Ir, type Scalar, scalarOf } from '../ir/nodes.ts'
import { RUNTIME, type RuntimeFunction } from '../ir/runtime.ts'
import { emitCast, emitNarrow } from './casts.ts'
import { emitChecked } from './checked.ts'
import { emitElement, emitFound, emitSize, emitTupleField } from './outside.ts'
import { emitRaise } from './raise.ts'
import { emitLoop } from './rounds.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode } from './opcodes.ts'
import { CTX_LOCAL, freeLocals, getLocals, type Scope, slotsOf, toLocals, withLocals } from './scope.ts'
import { emitStringAffix, emitStringEquals } from './strings.ts'
import { emitWideBinary, emitWideUnary } from './wide.ts'

export const emit = (scope: Scope, e: Ir): void => {
  const { f } = scope
  if (scope.outlined?.call(scope, e, emit)) return
  switch (e.ir) {
    case 'literal':
      return emitLiteral(f, e.type, e.value)
    case 'param':
      return getLocals(f, scope.params.get(e.index) as readonly number[])
    case 'ident': {
      const locals = scope.names.get(e.name)
      if (!locals) throw new Error(`unbound name ${e.name}`)
      return getLocals(f, locals)
    }
    case 'field': {
      const row = scope.rows.get(e.row)
      if (!row) throw new Error(`unbound row ${e.row}`)
      return row.read(f, e.index)
    }
    case 'let': {
      emit(scope, e.value)
      const locals = toLocals(f, e.value.type)
      // An expression that is used twice brings its names twice, perhaps one within the other.
      const outer = scope.names.get(e.name)
      scope.names.set(e.name, locals)
      emit(scope, e.body)
      if (outer) scope.names.set(e.name, outer)
      else scope.names.delete(e.name)
      return freeLocals(f, e.value.type, locals)
    }
    case 'if':
      emit(scope, e.cond)
      f.if(slotsOf(e.type))
      emit(scope, e.then)
      f.else()
      emit(scope, e.else)
      f.end()
      return
    case 'select':
      return emitSelect(scope, e)
    case 'binary':
      return emitBinary(scope, e)
    case 'checked':
      return emitChecked(scope, e, emit)
    case 'unary':
      return emitUnary(scope, e)
    case 'cast':
      emit(scope, e.arg)
      return emitCast(scope, scalarOf(e.arg.type), e.type, e.unsigned)
    case 'narrow':
      emit(scope, e.arg)
      return emitNarrow(f, e.bits, e.signed)
    case 'option':
      emit(scope, e.value)
      emit(scope, e.valid)
      return
    case 'value': {
      const row = e.arg.ir === 'field' ? scope.rows.get(e.arg.row) : undefined
      if (row?.value && e.arg.ir === 'field') return row.value(f, e.arg.index)
      emit(scope, e.arg)
      f.op('drop')
      return
    }
    case 'valid':
      if (e.arg.ir === 'field') {
        const row = scope.rows.get(e.arg.row)
        if (row?.valid) return row.valid(f, e.arg.index)
      }
      return withLocals(scope, e.arg, emit, (locals) => f.get(locals.at(-1) as number))
    case 'call':
      return emitCall(scope, e)
    case 'lookup':
      emit(scope, e.vector)
      emit(scope, e.index)
      f.i32(3).op('i32.shl').op('i32.add').memory('i64.load')
      return
    case 'position':
      return emitPosition(scope, e)
    case 'memo':
      return emitMemo(scope, e)
    case 'element':
      return emitElement(scope, e, emit)
    case 'size':
      return emitSize(scope, e.vec, emit)
    case 'loop':
      return emitLoop(scope, e, emit)
    case 'find':
      return emitFound(scope, e)
    case 'tuple':
      return emitTupleField(scope, e, emit)
    case 'raise':
      emitRaise(f, e.code, e.site)
      f.op('unreachable')
      return
  }
}

const emitPosition = ({ f, row }: Scope, { order, times, plus }: Extract<Ir, { ir: 'position' }>): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(row as number).op('i32.add').op('i64.extend_i32_u')
  if (times !== 1) f.i64(BigInt(times)).op('i64.mul')
  const first = (BigInt(order) << 48n) + BigInt(plus)
  if (first !== 0n) f.i64(first).op('i64.add')
}

const emitLiteral = (f: FunctionBuilder, type: Scalar, value: number | bigint | boolean): void => {
  switch (type) {
    case 'bool':
      f.i32(value ? 1 : 0)
      return
    case 'i32':
      f.i32(Number(value))
      return
    case 'i64':
    case 'str':
    case 'vec':
      f.i64(BigInt(value))
      return
    case 'i128': {
      const n = BigInt(value)
      f.i64(BigInt.asIntN(64, n)).i64(BigInt.asIntN(64, n >> 64n))
      return
    }
    case 'f32':
      f.f32(Number(value))
      return
    case 'f64':
      f.f64(Number(value))
  }
}

const emitSelect = (scope: Scope, e: Extract<Ir, { ir: 'select' }>): void => {
  const { f } = scope
  const slots = slotsOf(e.type)
  if (slots.length === 1 && slots[0] !== 'f64' && slots[0] !== 'f32') {
    emit(scope, e.then)
    emit(scope, e.else)
    emit(scope, e.cond)
    f.op('select')
    return
  }
  withLocals(scope, e.cond, emit, ([cond]) =>
    withLocals(scope, e.then, emit, (then) =>
      withLocals(scope, e.else, emit, (otherwise) => {
        slots.forEach((_, i) => {
          f.get(then[i] as number).get(otherwise[i] as number).get(cond as number).op('select')
        })
      }),
    ),
  )
}

const INTEGER: Record<string, string> = {
  '+': 'add', '-': 'sub', '*': 'mul', '/': 'div_s', '%': 'rem_s', '&': 'and', '|': 'or', '^': 'xor', '<<': 'shl', '>>': 'shr_s',
  '==': 'eq', '!=': 'ne', '<': 'lt_s', '<=': 'le_s', '>': 'gt_s', '>=': 'ge_s',
  '/u': 'div_u', '%u': 'rem_u', '>>u': 'shr_u', '<u': 'lt_u', '<=u': 'le_u', '>u': 'gt_u', '>=u': 'ge_u',
}
/** The comparison that takes the left one. */
const EXTREME: Record<string, 'lt_s' | 'gt_s' | 'lt_u' | 'gt_u'> = { min: 'lt_s', max: 'gt_s', minu: 'lt_u', maxu: 'gt_u' }
const FLOAT: Record<string, string> = {
  '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', min: 'min', max: 'max',
  '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge',
}

const emitBinary = (scope: Scope, e: Extract<Ir, { ir: 'binary' }>): void => {
  const { f } = scope
  const type = scalarOf(e.left.type)
  if (e.op === '&&' || e.op === '||') {
    emit(scope, e.left)
    f.if(['i32'])
    if (e.op === '&&') emit(scope, e.right)
    else f.i32(1)
    f.else()
    if (e.op === '&&') f.i32(0)
    else emit(scope, e.right)
    f.end()
    return
  }
  if (type === 'i128') return emitWideBinary(scope, e, emit)
  if (type === 'str') return emitStringCompare(scope, e)
  if (type === 'f32' || type === 'f64') {
    emit(scope, e.left)
    emit(scope, e.right)
    f.op(`${type}.${FLOAT[e.op]}` as Opcode)
    return
  }
  const wasm = type === 'i64' ? 'i64' : 'i32'
  const extreme = EXTREME[e.op]
  if (extreme) {
    withLocals(scope, e.left, emit, ([a]) =>
      withLocals(scope, e.right, emit, ([b]) => {
        f.get(a as number).get(b as number).get(a as number).get(b as number)
        f.op(`${wasm}.${extreme}`).op('select')
      }),
    )
    return
  }
  emit(scope, e.left)
  emit(scope, e.right)
  f.op(`${wasm}.${INTEGER[e.op]}` as Opcode)
}

const emitStringCompare = (scope: Scope, e: Extract<Ir, { ir: 'binary' }>): void => {
  const { f } = scope
  const equality = e.op === '==' || e.op === '!='
  if (!equality) f.get(CTX_LOCAL)
  emit(scope, e.left)
  emit(scope, e.right)
  if (equality) emitStringEquals(f, scope.callees)
  else f.call(scope.callees.runtime('str_compare')).i32(0).op(`i32.${INTEGER[e.op]}` as Opcode)
  if (e.op === '!=') f.op('i32.eqz')
}

const emitUnary = (scope: Scope, e: Extract<Ir, { ir: 'unary' }>): void => {
  const { f } = scope
  const type = scalarOf(e.arg.type)
  if (type === 'i128') return emitWideUnary(scope, e, emit)
  if (e.op === 'not') {
    emit(scope, e.arg)
    f.op('i32.eqz')
    return
  }
  if (e.op === 'length') {
    emit(scope, e.arg)
    f.i64(32n).op('i64.shr_u').op('i32.wrap_i64')
    return
  }
  if (type === 'f32' || type === 'f64') {
    emit(scope, e.arg)
    f.op(`${type}.${e.op}` as Opcode)
    return
  }
  const wasm = type === 'i64' ? 'i64' : 'i32'
  const zero = () => (wasm === 'i64' ? f.i64(0n) : f.i32(0))
  if (e.op === 'neg') {
    zero()
    emit(scope, e.arg)
    f.op(`${wasm}.sub`)
    return
  }
  // abs: (x ^ s) − s with s = x >> bits−1
  withLocals(scope, e.arg, emit, ([x]) => {
    const sign = () => {
      f.get(x as number)
      if (wasm === 'i64') f.i64(63n)
      else f.i32(31)
      f.op(`${wasm}.shr_s`)
    }
    f.get(x as number)
    sign()
    f.op(`${wasm}.xor`)
    sign()
    f.op(`${wasm}.sub`)
  })
}

const emitCall = (scope: Scope, e: Extract<Ir, { ir: 'call' }>): void => {
  const { f } = scope
  const { raises, host } = (RUNTIME as Record<string, RuntimeFunction>)[e.fn] ?? {}
  if (host !== undefined) {
    for (const arg of e.args) emit(scope, arg)
    f.call(scope.callees.host(host, e.args.length))
    return
  }
  if (e.fn === 'str_eq' || e.fn === 'str_starts_with' || e.fn === 'str_ends_with') {
    for (const arg of e.args) emit(scope, arg)
    if (e.fn === 'str_eq') emitStringEquals(f, scope.callees)
    else emitStringAffix(f, scope.callees, e.fn)
    return
  }
  if (raises && e.site !== undefined) {
    f.get(CTX_LOCAL).i32(e.site).memory('i32.store', CTX.site)
  }
  f.get(CTX_LOCAL)
  for (const arg of e.args) emit(scope, arg)
  f.call(scope.callees.runtime(e.fn))
  if (e.type === 'i128') f.get(CTX_LOCAL).memory('i64.load', CTX.scratch).get(CTX_LOCAL).memory('i64.load', CTX.scratch + 8)
}

/** The table holds value + 1, so that zeroed memory means "not computed". */
const emitMemo = (scope: Scope, e: Extract<Ir, { ir: 'memo' }>): void => {
  const { f } = scope
  const entry = f.local('i32')
  const result = f.local('i32')
  f.get(scope.memos.get(e.table) as number)
  emit(scope, e.code)
  f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(result)
  f.op('i32.eqz').if()
  f.get(entry)
  emit(scope, e.compute)
  f.i32(1).op('i32.add').tee(result).memory('i32.store')
  f.end()
  f.get(result).i32(1).op('i32.sub')
  f.free('i32', entry)
  f.free('i32', result)
}
