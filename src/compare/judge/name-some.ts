// Lists in one line.

const namedMax = 3

/** The first three, and how many more there are. */
export function nameSome(names: readonly string[]): string {
  const more = names.length - namedMax
  return `${names.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
