// Numbers by their text, because a double holds neither all digits nor all magnitudes (RFC 8259,
// section 6).

const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** Whether the text is a number as JSON writes it. */
export function isNumberText(text: string): boolean {
  return numberPattern.test(text)
}

/**
 * The same text for the same value: the significant digits, `e`, and the power of ten of the last
 * one. 1, 1.0 and 10e-1 give `1e0`; 0, -0 and 0e9 give `0`. Any other text comes back as it is.
 */
export function canonicalNumber(text: string): string {
  if (!isNumberText(text)) return text
  const exponentAt = text.search(/[eE]/)
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt)
  const written = exponentAt < 0 ? 0n : BigInt(text.slice(exponentAt + 1, exponentAt + 40))
  const sign = mantissa.startsWith('-') ? '-' : ''
  const point = mantissa.indexOf('.')
  const fraction = point < 0 ? 0 : mantissa.length - point - 1
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '')
  const significant = trimZeros(digits)
  if (significant === '') return '0'
  const exponent = written - BigInt(fraction) + BigInt(digits.length - significant.length)
  return `${sign}${significant}e${exponent}`
}

/** Without the zeros at the end; a loop, because a pattern is quadratic in zeros before a digit. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}
