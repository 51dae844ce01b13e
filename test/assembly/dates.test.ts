import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below } = random(seed)
const DAY = 86_400_000

/** JavaScript's dates reach ±100 000 000 days. */
const sample = (i: number) => (i < 2000 ? i * 37 - 30000 : below(200_000_000) - 100_000_000)

describe(`dates, seed ${seed}`, () => {
  it('agree with the calendar of JavaScript', () => {
    for (let i = 0; i < 20000; i++) {
      const days = sample(i)
      const date = new Date(days * DAY)
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
      expect([h.call('date_year', days), h.call('date_month', days), h.call('date_day', days)], `${days}`).toEqual([year, month, day])
      expect(h.call('date_from_civil', year, month, day)).toBe(days)
    }
  })

  it('have ISO weeks', () => {
    // from the standard's examples and DuckDB
    const known: [string, number, number][] = [
      ['2005-01-01', 2004, 53],
      ['2005-01-02', 2004, 53],
      ['2005-12-31', 2005, 52],
      ['2007-01-01', 2007, 1],
      ['2007-12-31', 2008, 1],
      ['2008-12-28', 2008, 52],
      ['2008-12-29', 2009, 1],
      ['2009-12-31', 2009, 53],
      ['2010-01-03', 2009, 53],
      ['1970-01-01', 1970, 1],
    ]
    for (const [text, year, week] of known) {
      const days = Date.parse(text) / DAY
      expect([h.call('date_iso_year', days), h.call('date_iso_week', days)], text).toEqual([year, week])
    }
    for (let i = 0; i < 5000; i++) {
      const days = sample(i)
      const sunday = (((days + 3) % 7) + 7) % 7 === 6
      const [week, next] = [h.call('date_iso_week', days), h.call('date_iso_week', days + 1)]
      if (sunday) expect(next === Number(week) + 1 || next === 1).toBe(true)
      else expect(next).toBe(week)
    }
  })

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

  it('reach both ends of i32', () => {
    expect([h.call('date_year', 2147483647), h.call('date_month', 2147483647), h.call('date_day', 2147483647)]).toEqual([5881580, 7, 11])
    expect([h.call('date_year', -2147483648), h.call('date_month', -2147483648), h.call('date_day', -2147483648)]).toEqual([-5877641, 6, 23])
  })
})
