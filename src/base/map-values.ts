// The values of an object under a function.

/** As `values`, with what `map` makes of each. */
export function mapValues<Key extends string, From, To>(
  values: Readonly<Partial<Record<Key, From>>>,
  map: (value: From) => To,
): Readonly<Partial<Record<Key, To>>> {
  const entries = Object.entries(values) as [Key, From][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as Partial<
    Record<Key, To>
  >
}
