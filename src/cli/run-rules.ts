// The rules that a run is judged by, wherever it is judged: by the commands, in the console, and
// while it goes on.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RulesEditor } from '../app/rules-editor.ts'
import { OperatorError } from '../model/operator-error.ts'
import { realWorld } from './real-world.ts'
import { writeText } from './written-text.ts'

/** Where the rules of a run are, unless another file is named. */
export function rulesIn(folder: string): string {
  return join(folder, 'rules.yaml')
}

/** No rules where there is no file yet; fails with an operator error where it cannot be read. */
export function openRules(path: string): Promise<RulesEditor> {
  return RulesEditor.open({
    path,
    read: async () => readRulesText(path),
    write: (text) => writeText(path, text),
  })
}

/** Empty where there is no file; fails with an operator error where it cannot be read. */
export function readRulesText(path: string): string {
  if (!existsSync(path)) return ''
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const what = `cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`
    throw new OperatorError('bad-rules', what, 'name a file of rules that this user may read')
  }
}

/** The day, by which rules end: 2026-01-31. */
export function readToday(): string {
  return new Date(realWorld.now() / 1_000).toISOString().slice(0, 10)
}
