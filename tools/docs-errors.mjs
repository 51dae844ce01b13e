/** docs/ERRORS.md from the tables of src/errors.ts. */
export const path = 'docs/ERRORS.md'

export const render = async () => {
  const { ERROR_CODES, REFUSAL_CODES } = await import(new URL('../dist/errors.js', import.meta.url).href)
  const rows = (table) => Object.entries(table).map(([code, text]) => `| \`${code}\` | ${text.replaceAll('|', '\\|')} |`)
  return `# Errors

Generated from \`src/errors.ts\` by \`node tools/docs.mjs\`.

Every error is an \`ArcweldError\` with a \`code\`, a message, sometimes a \`hint\` and a \`cause\`. A code is the same in every
release; a message may change. An abort is no error of arcweld's: it rejects with \`signal.reason\`, as \`fetch\` does.

| class | thrown for | has |
|---|---|---|
| \`OptionError\` | a bad option or argument | |
| \`PlanError\` | what is found while planning | \`position\`: a character offset in the SQL, or a JSON path in a plan document |
| \`SourceError\` | a file or table value that cannot be read | \`path\`, \`byteOffset\` |
| \`UnsupportedError\` | a plan that arcweld does not run | \`refusals\`: \`{code, node, reason}\` each |
| \`ExecutionError\` | what happens while a query runs | \`stage\`, \`node\` |
| \`IrError\` | a kernel's text or an IR program that does not parse, check or verify | \`line\`, \`column\` |

## Codes

| code | meaning |
|---|---|
${rows(ERROR_CODES).join('\n')}

## Refusals

Why a stage runs on the interpreter: \`explain\` prints these, and with \`native: 'only'\` they come as an \`UnsupportedError\`
with the code \`NATIVE_ONLY\`.

| code | meaning |
|---|---|
${rows(REFUSAL_CODES).join('\n')}

## Exit statuses of the command line

| status | when |
|---|---|
| 0 | done; also where the reader of a pipe left early |
| 1 | anything found while planning or running; \`conformance\` and \`demo\`: a query failed |
| 2 | a bad command line: unknown command or flag, a bad or out-of-range value, a malformed \`--table\`; nothing was opened |
| 130 | interrupted |

Errors take at most two lines on stderr; \`--debug\` adds the stack.
`
}
