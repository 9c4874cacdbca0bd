// The commands beside the run itself, by their name: the first word of the command line.

type Command = (args: readonly string[]) => Promise<number>

/**
 * Each gets the words behind its name and gives the exit code. They are loaded when they are asked
 * for: who only captures must not hold a database in memory.
 */
export const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['capacity', async () => (await import('./capacity.ts')).runCapacity],
  ['verdict', async () => (await import('./verdict-command.ts')).runVerdict],
  ['report', async () => (await import('./report-command.ts')).runReport],
  ['explain', async () => (await import('./explain-command.ts')).runExplain],
  ['rules', async () => (await import('./rules-command.ts')).runRules],
  ['drift', async () => (await import('./drift-command.ts')).runDrift],
  ['console', async () => (await import('./console-command.ts')).runConsole],
  ['export', async () => (await import('./export-command.ts')).runExport],
])
