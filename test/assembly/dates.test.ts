import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below } = random(seed)
const DAY = 86_400_000

describe(`dates, seed ${seed}`, () => {
  it('add months, to the last day where the month is shorter', () => {
    const days = (text: string) => Date.parse(text) / DAY
    const known: [string, number, string][] = [
      ['2024-01-31', 1, '2024-02-29'],
      ['2023-01-31', 1, '2023-02-28'],
      ['2024-02-29', 12, '2025-02-28'],
      ['2024-03-31', -1, '2024-02-29'],
      ['2024-12-15', 1, '2025-01-15'],
      ['2024-01-15', -1, '2023-12-15'],
      ['1970-01-01', -12000, '0970-01-01'],
    ]
    for (const [from, months, to] of known) expect(h.call('date_add_months', days(from), months), `${from} + ${months}`).toBe(days(to))
    for (let i = 0; i < 10000; i++) {
      const start = below(40_000_000) - 20_000_000
      const months = below(20000) - 10000
      const date = new Date(start * DAY)
      const first = new Date(Date.UTC(2000, date.getUTCMonth() + months, 1))
      first.setUTCFullYear(first.getUTCFullYear() - 2000 + date.getUTCFullYear())
      const last = new Date(first)
      last.setUTCMonth(last.getUTCMonth() + 1, 0)
      first.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()))
      expect(h.call('date_add_months', start, months), `${start} + ${months}`).toBe(first.getTime() / DAY)
    }
  })
})
