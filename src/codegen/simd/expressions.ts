/** IR expression → lanes: straight-line code without branches; what scalar code skips is computed and not taken. */
import { type Ir, isOption } from '../../ir/nodes.ts'
import { emitBinary, emitChecked, emitUnary } from './arithmetic.ts'
import { emitCast, emitNarrow } from './casts.ts'
import { blend, type Lanes, type LaneValue, make, maskOp, notMask, release, shared } from './lanes.ts'
import { readColumn } from './load.ts'
import { addFault, constant, type LaneScope, mayRaise, under } from './scope.ts'

export const emitLanes = (cx: LaneScope, e: Ir): LaneValue => {
  switch (e.ir) {
    case 'literal':
    case 'param':
      return { value: constant(cx, e) }
    case 'ident': {
      const known = cx.names.get(e.name)
      if (!known) throw new Error(`unbound name ${e.name}`)
      return known
    }
    case 'field':
      return readColumn(cx, e.index)
    case 'let':
      return named(cx, e.name, e.value, () => emitLanes(cx, e.body))
    case 'if':
    case 'select':
      return emitChoice(cx, e)
    case 'option': {
      const value = emitPlain(cx, e.value)
      return { value, valid: emitPlain(cx, e.valid) }
    }
    case 'value': {
      const { value, valid } = emitLanes(cx, e.arg)
      release(cx.f, valid)
      return { value }
    }
    case 'valid': {
      const { value, valid } = emitLanes(cx, e.arg)
      release(cx.f, value)
      return { value: valid ?? allSet(cx) }
    }
    case 'binary':
      return { value: e.op === '&&' || e.op === '||' ? emitLazy(cx, e) : emitBinary(cx, e, emitPlain) }
    case 'unary':
      return { value: emitUnary(cx, e, emitPlain) }
    case 'checked':
      return { value: emitChecked(cx, e, emitPlain) }
    case 'cast':
      return { value: emitCast(cx, e, emitPlain) }
    case 'narrow':
      return { value: emitNarrow(cx, e, emitPlain) }
    case 'raise':
      addFault(cx, allSet(cx))
      return zero(cx, e)
    default:
      throw new Error(`${e.ir} has no form in lanes`)
  }
}

/** A value that is no option. */
export const emitPlain = (cx: LaneScope, e: Ir): Lanes => emitLanes(cx, e).value

/** Runs `body` with a name for the value. */
export const named = <T>(cx: LaneScope, name: string, value: Ir, body: () => T): T => {
  const made = emitLanes(cx, value)
  const outer = cx.names.get(name)
  cx.names.set(name, shared(made))
  const result = body()
  if (outer) cx.names.set(name, outer)
  else cx.names.delete(name)
  // The result may be the name itself, whose locals live on then.
  cx.held.push(made)
  return result
}

const allSet = (cx: LaneScope): Lanes => make(cx.f, 'm2', () => cx.f.v128(new Array<number>(16).fill(255)))
const zero = (cx: LaneScope, e: Ir): LaneValue => {
  const type = isOption(e.type) ? e.type.slice(1) : e.type
  const value = make(cx.f, type === 'bool' ? 'm2' : (type as 'i32'), () => cx.f.v128(new Array<number>(16).fill(0)))
  return isOption(e.type) ? { value, valid: allSet(cx) } : { value }
}

const emitChoice = (cx: LaneScope, e: Extract<Ir, { ir: 'if' | 'select' }>): LaneValue => {
  const { f } = cx
  const cond = emitPlain(cx, e.cond)
  const kept: Lanes = { ...cond, owned: false }
  const lazily = (arm: Ir, rows: () => Lanes): LaneValue => {
    if (e.ir === 'select' || !mayRaise(arm)) return emitLanes(cx, arm)
    const mask = rows()
    const made = under(cx, mask, () => emitLanes(cx, arm))
    release(f, mask)
    return made
  }
  const a = lazily(e.then, () => kept)
  const b = lazily(e.else, () => notMask(f, kept))
  const value = blend(f, a.value, b.value, kept)
  const valid = !isOption(e.type) ? undefined : a.valid || b.valid ? blend(f, a.valid ?? allSet(cx), b.valid ?? allSet(cx), kept) : undefined
  release(f, cond)
  return { value, valid }
}

const emitLazy = (cx: LaneScope, e: Extract<Ir, { ir: 'binary' }>): Lanes => {
  const { f } = cx
  const left = emitPlain(cx, e.left)
  const right = (): Lanes => emitPlain(cx, e.right)
  const op = e.op === '&&' ? 'v128.and' : 'v128.or'
  if (!mayRaise(e.right)) return maskOp(f, left, right(), op)
  const rows: Lanes = e.op === '&&' ? { ...left, owned: false } : notMask(f, { ...left, owned: false })
  const made = under(cx, rows, right)
  release(f, rows)
  return maskOp(f, left, made, op)
}

