/** A bundle run alone: its text read, verified and compiled, its pipelines run where the captured memory was, and what they come to compared. */
import { encodeProgram, layoutContext } from '../codegen/module.ts'
import type { Bundle, Outcome } from '../execute/capture-format.ts'
import { outcomeDifference } from '../execute/capture-outcome.ts'
import { type Replayed, replay } from '../execute/capture-replay.ts'
import { loadRuntime } from '../execute/core.ts'
import { printProgram } from '../ir/print.ts'
import type { Program } from '../ir/program.ts'
import { verifyProgram } from '../ir/verify.ts'
import { parseProgram } from '../language/read-program.ts'
import { readBundle } from './bundle.ts'

export interface BundleOptions {
  /** Most rows a kernel is given at once; otherwise all there are. */
  readonly rows?: number | undefined
  /** How often it is run, for the time; the shortest counts. */
  readonly runs?: number | undefined
  /** The AssemblyScript runtime, where it is not to be the package's. */
  readonly runtime?: WebAssembly.Module | undefined
  /** Another program in place of the bundle's, with the same inputs. */
  readonly rewrite?: ((program: Program) => Program) | undefined
}

export interface BundleReport {
  /** What it was captured from. */
  readonly name: string
  /** The program, and its module. */
  readonly ir: string
  readonly bytes: Uint8Array
  /** The pipelines that were run. */
  readonly pipelines: readonly number[]
  readonly outcome: Outcome
  /** What differs from what is expected, or where nothing is, from what was seen at capture. */
  readonly difference?: string | undefined
  /** Rows that were left, as JSON, in order. */
  readonly lines: readonly string[]
  readonly rowsIn: number
  readonly compileUs: number
  /** Of kernels and finish functions together, a row handed in. */
  readonly nsPerRow: number
}

/** Throws what `readBundle` throws, IrError, and ArcweldError BUNDLE_VERSION where the state is another code's. */
export const replayBundle = async (path: string, options: BundleOptions = {}): Promise<BundleReport> => replayOf(await readBundle(path), options, path)

export const replayOf = async (bundle: Bundle, { rows, runs = 3, rewrite = (p) => p, runtime: given }: BundleOptions = {}, path?: string): Promise<BundleReport> => {
  const program = rewrite(parseProgram(bundle.program, path))
  const { types } = bundle.params
  verifyProgram(program, { params: types, memos: bundle.memos.length })
  const runtime = given ?? (await loadRuntime())
  const first = replay(bundle, program, { runtime, rows })
  let fastest: Replayed = first
  for (let run = 1; run < runs; run++) {
    const next = replay(bundle, program, { runtime, rows })
    if (next.kernelMs < fastest.kernelMs) fastest = next
  }
  const difference = outcomeDifference(bundle.expected ?? bundle.observed, first.outcome)
  return {
    name: bundle.name,
    ir: printProgram(program),
    bytes: encodeProgram(program, types, layoutContext(program, bundle.memos.length)).bytes,
    pipelines: bundle.pipelines,
    outcome: first.outcome,
    ...(difference === undefined ? {} : { difference }),
    lines: first.lines,
    rowsIn: first.rowsIn,
    compileUs: first.compileUs,
    nsPerRow: first.rowsIn === 0 ? 0 : (fastest.kernelMs * 1e6) / first.rowsIn,
  }
}
