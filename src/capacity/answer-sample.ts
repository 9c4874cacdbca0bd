// Whose answers are looked at more closely than by their status: the same requests in every trial.

/** Answers a second that are looked at. */
export const looksPerSecond = 200

/** Whether a request with that number belongs to the sample of one in `every`. */
export function isSampled(request: number, every: number): boolean {
  // The finisher of MurmurHash3, so that samples of powers of two are nested.
  let hash = Math.imul(request ^ (request >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % every === 0
}

/** How small the sample has to be, as a power of two, for about `looksPerSecond`. */
export function sampleEvery(perSecond: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(perSecond / looksPerSecond)))
}
