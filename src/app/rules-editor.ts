// The operator's rules as they are edited in a page: each change is written at once, and can be
// taken back.
import { nameRule, readRules } from '../compare/judge/rules.ts'
import type { RulesChange } from '../model/console.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Rule } from '../model/rule.ts'
import { addRule, parseRules, removeRule } from '../store/rules-document.ts'

/** Where rules are kept; `rules.yaml`, mostly. */
export interface RulesFileAccess {
  /** As people know it. */
  readonly path: string
  /** Empty where there is no file yet. */
  read(): Promise<string>
  /** Whole, and at once: who reads it sees the old rules or the new ones. */
  write(text: string): Promise<void>
}

/** Older changes than these cannot be taken back. */
const undoMax = 100

export class RulesEditor {
  readonly path: string
  readonly #file: RulesFileAccess
  #text: string
  #rules: readonly Rule[]
  /** What the file held before each change; the comments in it are the operator's. */
  #before: readonly string[] = []
  #revision = 0
  #trouble: string | null = null
  /** Changes are made one after another, however many pages are open. */
  #changing: Promise<void> = Promise.resolve()

  private constructor(file: RulesFileAccess, text: string) {
    this.path = file.path
    this.#file = file
    this.#text = text
    this.#rules = this.#read(text)
  }

  /** Fails with an operator error where the file holds no rules that can be read. */
  static async open(file: RulesFileAccess): Promise<RulesEditor> {
    return new RulesEditor(file, await file.read())
  }

  rules(): readonly Rule[] {
    return this.#rules
  }

  undoable(): number {
    return this.#before.length
  }

  /** Grows with each change. */
  revision(): number {
    return this.#revision
  }

  /** Why the file cannot be read at the moment; null where it can. */
  trouble(): string | null {
    return this.#trouble
  }

  /** What an editor or another program has written holds; what cannot be read changes nothing. */
  catchUp(): Promise<void> {
    const caughtUp = this.#changing.then(async () => {
      try {
        await this.#catchUp()
        this.#trouble = null
      } catch (error) {
        this.#trouble = (error as Error).message
      }
    })
    this.#changing = caughtUp
    return caughtUp
  }

  /** Fails with an operator error where the change is none that can be made; nothing is changed. */
  change(change: RulesChange, today: string): Promise<void> {
    const changed = this.#changing.then(() => this.#change(change, today))
    this.#changing = changed.catch(() => {})
    return changed
  }

  async #change(change: RulesChange, today: string): Promise<void> {
    await this.#catchUp()
    const text = this.#apply(change, today)
    // What we write has to be what we read.
    const rules = this.#read(text)
    await this.#file.write(text)
    if (change.kind === 'undo') this.#before = this.#before.slice(0, -1)
    else this.#before = [...this.#before, this.#text].slice(-undoMax)
    this.#text = text
    this.#rules = rules
    this.#revision += 1
  }

  /** What was changed elsewhere stays, and cannot be undone. */
  async #catchUp(): Promise<void> {
    const text = await this.#file.read()
    if (text === this.#text) return
    this.#rules = this.#read(text)
    this.#text = text
    this.#before = []
    this.#revision += 1
  }

  #apply(change: RulesChange, today: string): string {
    switch (change.kind) {
      case 'add':
        return addRule(this.path, this.#text, { ...change.rule, added: today })
      case 'remove': {
        const rule = this.#rules[change.index]
        if (rule === undefined || nameRule(rule) !== change.name) throw stale()
        return removeRule(this.path, this.#text, change.index + 1)
      }
      case 'undo': {
        const before = this.#before.at(-1)
        if (before === undefined) throw stale()
        return before
      }
    }
  }

  #read(text: string): readonly Rule[] {
    return readRules(this.path, parseRules(this.path, text))
  }
}

function stale(): OperatorError {
  return new OperatorError(
    'stale-rules',
    'the rules are not what the page shows any more',
    'look at them again: they were changed elsewhere',
  )
}
