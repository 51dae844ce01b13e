import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
const like = (text: string, pattern: string, escape = '') => h.call('str_like', h.str(text), h.str(pattern), escape ? escape.charCodeAt(0) : -1)

/** By code points with full backtracking; escape at the pattern's end = 'raise' where it is reached. */
const reference = (text: string[], pattern: string[], escape: string): boolean => {
  let [t, p] = [0, 0]
  while (t < text.length && p < pattern.length) {
    const c = pattern[p] as string
    if (c === escape) {
      if (p + 1 === pattern.length) throw new RangeError('escape at the end')
      if (pattern[p + 1] !== text[t]) return false
      p += 2
      t++
    } else if (c === '_') {
      p++
      t++
    } else if (c === '%') {
      while (pattern[p] === '%') p++
      if (p === pattern.length) return true
      for (; t < text.length; t++) if (reference(text.slice(t), pattern.slice(p), escape)) return true
      return false
    } else if (c === text[t]) {
      p++
      t++
    } else return false
  }
  while (pattern[p] === '%') p++
  return p === pattern.length && t === text.length
}

describe(`LIKE, seed ${seed}`, () => {
  it('matches known cases', () => {
    const yes = [
      ['', ''],
      ['', '%'],
      ['a', '%'],
      ['abc', 'a%c'],
      ['abc', '___'],
      ['日本', '__'],
      ['é', '_'],
      ['xspecialyrequestsz', '%special%requests%'],
      ['aab', '%ab'],
      ['ab', '%%b'],
      ['abab', '%ab'],
    ]
    const no = [
      ['', '_'],
      ['a', ''],
      ['日', '__'],
      ['abc', 'b%'],
      ['requests special', '%special%requests%'],
      ['ab', 'a'],
      ['a', 'a_'],
    ]
    for (const [text, pattern] of yes) expect(like(text as string, pattern as string), `${text} like ${pattern}`).toBe(1)
    for (const [text, pattern] of no) expect(like(text as string, pattern as string), `${text} like ${pattern}`).toBe(0)
    expect(like('50%', '50\\%', '\\')).toBe(1)
    expect(like('505', '50\\%', '\\')).toBe(0)
  })

  it('agrees with backtracking', () => {
    const letters = ['a', 'b', 'é', '😀']
    let [matched, raised] = [0, 0]
    for (let i = 0; i < 60000; i++) {
      const alphabet = letters.slice(0, 1 + below(4))
      const text = Array.from({ length: below(i % 5 ? 9 : 40) }, () => pick([...alphabet, ...(below(4) ? [] : ['%', '_', '\\'])]))
      const pattern = Array.from({ length: below(8) }, () => pick([...alphabet, '%', '_', '\\']))
      const escape = pick(['', '\\', '\\', '%', '_', 'a'])
      let expected: number
      try {
        expected = reference(text, pattern, escape) ? 1 : 0
      } catch {
        expected = -1
      }
      const label = JSON.stringify([text.join(''), pattern.join(''), escape])
      if (expected === 1) matched++
      if (expected < 0) {
        raised++
        expect(h.failure('str_like', h.str(text.join('')), h.str(pattern.join('')), escape.charCodeAt(0)), label).toBe(4)
      } else expect(like(text.join(''), pattern.join(''), escape), label).toBe(expected)
    }
    expect(matched).toBeGreaterThan(3000)
    expect(raised).toBeGreaterThan(300)
  })
})
