// Where the program of a thread is.

/** The entry `name` beside `module` (its `import.meta.url`), which is compiled as that one is. */
export function threadEntry(name: string, module: string): URL {
  return new URL(`./${name}.${module.endsWith('.ts') ? 'ts' : 'js'}`, module)
}
