/**
 * The seed of the random tests. It is fixed, so that a change is judged by the cases the one before it passed; SEED=random takes
 * another for each file, and SEED=n repeats the one that a failure printed. How many cases: ARCWELD_FUZZ_N, where a file has it.
 */
export const testSeed = (): number => {
  const given = process.env['SEED'] || '20261120'
  return given === 'random' ? Math.floor(Math.random() * 1e9) : Number(given)
}
