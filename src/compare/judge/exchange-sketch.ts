// Which exchanges show something, in little room: the smallest hashes of their ids. Two such
// sketches tell how much of one set is in the other (bottom-k sketches; Cohen and Kaplan, 2007).

/** Hashes kept; up to so many exchanges the sketch is the set itself. */
export const sketchMax = 48

/** Growing. */
export type Sketch = readonly number[]

/** The sketch of one exchange more. */
export function addToSketch(sketch: number[], hash: number): void {
  if (sketch.length === sketchMax && hash >= sketch.at(-1)!) return
  let at = sketch.length
  while (at > 0 && sketch[at - 1]! > hash) at--
  if (sketch[at - 1] === hash) return
  sketch.splice(at, 0, hash)
  if (sketch.length > sketchMax) sketch.pop()
}

const comparedMin = 3

/** The share of the first one's exchanges that are the other's, too; null where too few tell. */
export function shareWithin(own: Sketch, other: Sketch): number | null {
  const known = Math.min(knownUpTo(own), knownUpTo(other))
  const others = new Set(other)
  const compared = own.filter((hash) => hash <= known)
  if (compared.length < comparedMin) return null
  return compared.filter((hash) => others.has(hash)).length / compared.length
}

/** A full sketch says nothing of greater hashes. */
function knownUpTo(sketch: Sketch): number {
  return sketch.length < sketchMax ? Number.POSITIVE_INFINITY : sketch.at(-1)!
}
