/** Before every test file: property tests start from the suite's seed. */
import fc from 'fast-check'
import { testSeed } from './seed.ts'

fc.configureGlobal({ seed: testSeed() })
