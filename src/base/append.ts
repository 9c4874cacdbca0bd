// Lists that mostly hold one thing.

/**
 * The list with the item behind it: the same array, or where it is null a new one. A literal takes
 * the room of what it holds, and the first `push` that of seventeen.
 */
export function append<T>(list: T[] | null, item: T): T[] {
  if (list === null) return [item]
  list.push(item)
  return list
}
