/** Colour, on a terminal only; NO_COLOR and FORCE_COLOR are honoured. */
const wrap = (open: number, close: number) => (on: boolean) => (text: string): string => (on ? `\u001b[${open}m${text}\u001b[${close}m` : text)

export interface Colors {
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
  yellow(text: string): string
  red(text: string): string
}

export const colors = (on: boolean): Colors => ({
  bold: wrap(1, 22)(on),
  dim: wrap(2, 22)(on),
  green: wrap(32, 39)(on),
  yellow: wrap(33, 39)(on),
  red: wrap(31, 39)(on),
})

export const colorsFor = (isTTY: boolean, env: NodeJS.ProcessEnv = process.env): Colors =>
  colors(env['FORCE_COLOR'] ? true : isTTY && !env['NO_COLOR'])
