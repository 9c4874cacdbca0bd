// Where the program of a thread is.

/** The entry `name` beside this file; compiled, this file and the thread's are JavaScript. */
export function threadEntry(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
