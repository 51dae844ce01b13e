/** The bridge may not import the IR: what it copied of the context must be what the IR says. */
import { expect, test } from 'vitest'
import { CONTEXT, RAISED_MEMORY } from '../../src/bridge/low-memory.ts'
import { CTX } from '../../src/ir/context.ts'
import { RAISES } from '../../src/ir/nodes.ts'

test('offsets in the context and the number of a refused reservation', () => {
  expect(CTX).toMatchObject(CONTEXT)
  expect(RAISED_MEMORY).toBe(RAISES.MEMORY_EXCEEDED)
})
