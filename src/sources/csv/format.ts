/** Formats of dates and timestamps, as strftime and DuckDB write them, for the runtime (assembly/cells-format.ts). */
import { OptionError } from '../../errors.ts'

/** Year, month (number, name, short name), day, day of the year, hours of 24 and 12, minutes, seconds, fractions, AM/PM, weekdays, offset. */
const DIRECTIVES = 'YymdjHIMSfgpbBaAz'

/** Two bytes a step: a directive's letter and 0, or 0 and a byte. Throws OptionError INVALID_OPTION. */
export const formatSteps = (name: string, format: string): number[] => {
  const steps: number[] = []
  const bytes = Buffer.from(format)
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x25) {
      steps.push(0, bytes[i] as number)
      continue
    }
    // %-d is %d: one digit is enough for either
    if (bytes[i + 1] === 0x2d) i++
    const letter = String.fromCharCode(bytes[++i] ?? 0)
    if (letter === '%') steps.push(0, 0x25)
    else if (DIRECTIVES.includes(letter)) steps.push(letter.charCodeAt(0), 0)
    else if (letter === 'T') steps.push(...formatSteps(name, '%H:%M:%S'))
    else if (letter === 'F') steps.push(...formatSteps(name, '%Y-%m-%d'))
    else throw new OptionError('INVALID_OPTION', `${name} is ${JSON.stringify(format)}: ${letter === '\0' ? '% ends it' : `%${letter} is not known`}`, { hint: `known are ${[...DIRECTIVES, 'T', 'F'].map((d) => `%${d}`).join(' ')}, and %%` })
  }
  if (steps.length === 0) throw new OptionError('INVALID_OPTION', `${name} is empty`)
  return steps
}
