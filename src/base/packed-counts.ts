// Counts by number in little memory: an object with numbers for keys takes thirty times as much.

/** A number, its count, the next number, its count, …; the numbers grow. */
export type PackedCounts = readonly number[]

/** Of counts by number, as the keys of an object or a map; those of 0 are left out. */
export function packCounts(counts: Iterable<readonly [string, number | undefined]>): PackedCounts {
  const known = [...counts].map(([key, count = 0]) => [Number(key), count] as const)
  return known
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b)
    .flat()
}

/** Each number with its count, in order. */
export function unpackCounts(packed: PackedCounts): readonly (readonly [number, number])[] {
  return Array.from(
    { length: packed.length / 2 },
    (_, index) => [packed[2 * index]!, packed[2 * index + 1]!] as const,
  )
}
