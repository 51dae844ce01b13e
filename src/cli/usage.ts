/** A command line that cannot be right whatever the files hold: exit status 2, and nothing was opened. */
import { OptionError } from '../errors.ts'

export class UsageError extends OptionError {
  constructor(message: string, hint?: string) {
    super('INVALID_OPTION', message, { hint })
  }
}
