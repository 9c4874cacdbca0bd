// What the reports share: lines that fit, and numbers as people read them.

export const columnsMax = 100

/** The text in so many columns at most, with an ellipsis where it is cut; control codes go. */
export function fit(text: string, columns: number = columnsMax): string {
  const plain = onOneLine(text)
  const characters = [...plain]
  return characters.length <= columns ? plain : `${characters.slice(0, columns - 1).join('')}…`
}

/** Line ends and control codes become blanks: what was captured must not steer a terminal. */
export function onOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}

/** Microseconds as `850 µs`, `12.3 ms` or `1.20 s`. */
export function formatMicros(micros: number): string {
  if (micros < 1_000) return `${Math.round(micros)} µs`
  if (micros < 1e6) return `${(micros / 1e3).toFixed(micros < 1e5 ? 1 : 0)} ms`
  return `${(micros / 1e6).toFixed(2)} s`
}

/** `2026-11-25 10:05:26 UTC`. */
export function formatTime(micros: number): string {
  return `${new Date(micros / 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
