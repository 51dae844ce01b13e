/** Sizes in bytes, written by people: `2147483648`, `512MiB`, `3.5GiB`, `2GB`. */
const UNITS: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** Whole bytes, or undefined where the text is no size. */
export const parseBytes = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = match && UNITS[(match[2] ?? '').toLowerCase()]
  return match && unit !== undefined && unit !== null ? Math.floor(Number(match[1]) * unit) : undefined
}
