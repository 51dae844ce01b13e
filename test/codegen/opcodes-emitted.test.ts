/** The opcode table holds what code generation emits, and no more; every module that it makes of an admitted program is valid. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FunctionBuilder } from '../../src/codegen/encoder.ts'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { OPCODES, type Opcode } from '../../src/codegen/opcodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Program } from '../../src/ir/program.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { everyProgram, PARAMS } from './every-program.ts'

afterEach(() => vi.restoreAllMocks())

const isModule = (program: Program): boolean => {
  try {
    return WebAssembly.validate(encodeProgram(program, PARAMS, layoutContext(program, 1)).bytes)
  } catch {
    return false
  }
}

describe('opcodes', () => {
  it('are all emitted for some program', { timeout: 120_000 }, () => {
    const emitted = new Set<Opcode>()
    const op = FunctionBuilder.prototype.op
    vi.spyOn(FunctionBuilder.prototype, 'op').mockImplementation(function (this: FunctionBuilder, name) {
      emitted.add(name)
      return op.call(this, name)
    })
    const programs = everyProgram()
    expect(programs.length).toBeGreaterThan(1500)
    const invalid: string[] = []
    for (const program of programs) {
      for (const p of [program, optimise(program)]) {
        if (!isModule(p)) invalid.push(printProgram(p))
      }
    }
    expect(invalid).toEqual([])
    expect(Object.keys(OPCODES).filter((name) => !emitted.has(name as Opcode))).toEqual([])
  })
})
