// The octets that HTTP/1 gives a meaning, and comparing names without making strings of them
// (RFC 9110, section 5.6.2; RFC 9112, section 2.2).

export const octets = {
  nul: 0x00,
  tab: 0x09,
  lf: 0x0a,
  cr: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  slash: 0x2f,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  semicolon: 0x3b,
  equals: 0x3d,
  backslash: 0x5c,
  delete: 0x7f,
} as const

/** 1 for each octet that a token (a method, a field name) may hold, else 0. */
export const tokenOctets: Uint8Array = new Uint8Array(256)
for (let octet = 0x21; octet <= 0x7e; octet++) {
  if (!'"(),/:;<=>?@[\\]{}'.includes(String.fromCharCode(octet))) tokenOctets[octet] = 1
}

/** True for a space or a tab: what may surround a value. */
export function isBlank(octet: number): boolean {
  return octet === octets.space || octet === octets.tab
}

/** The first offset from `start` that holds no blank, `end` where all are. */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isBlank(bytes[at]!)) at++
  return at
}

/** Where `bytes` up to `end` ends without the blanks at its end. */
export function trimBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(bytes[at - 1]!)) at--
  return at
}

/** True where `text` (ASCII) stands at `start`, letter case included; `bytes` may end too early. */
export function matches(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** True where the token from `start` to `end` is `name` (lower case), in any letter case. */
export function isToken(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let index = 0; index < name.length; index++) {
    // Only a carriage return would pass for a hyphen here, and no token holds one.
    if ((bytes[start + index]! | 0x20) !== name.charCodeAt(index)) return false
  }
  return true
}
