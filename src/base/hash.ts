// A hash for decisions that must come out alike wherever they are taken.

/** FNV-1a, 32 bits, over the UTF-16 code units, as GoReplay's limiters use for ASCII values. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/**
 * Spreads `text` evenly over 0 up to, not including, 1, whatever pattern the texts follow; with
 * another `seed` (32 bits) in another way.
 */
export function hashFraction(text: string, seed = 0): number {
  // The finisher of MurmurHash3: FNV alone leaves the high bits of short counters alike.
  let hash = fnv1a(text) ^ seed
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
