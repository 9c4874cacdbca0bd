// Telling the same thing once.

/** Things that are remembered as told; beyond, nothing more is told. */
const toldMax = 100

/** `tell`, but once for the same texts. */
export function onlyOnce<Texts extends readonly string[]>(
  tell: (...texts: Texts) => void,
): (...texts: Texts) => void {
  const told = new Set<string>()
  return (...texts) => {
    const key = texts.join(' ')
    if (told.has(key) || told.size >= toldMax) return
    told.add(key)
    tell(...texts)
  }
}
