// Reads `--redact` and `--redact-key`.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OperatorError } from '../model/operator-error.ts'
import { Pseudonyms } from '../shape/pseudonyms.ts'
import { createRedactor, type Redactor } from '../shape/redaction.ts'
import { parseRedaction, type RedactionRules } from '../shape/redaction-rules.ts'

export interface PlannedRedaction {
  /** Of the run; in memory alone, for its threads. */
  readonly key: Uint8Array
  /** For what is stored or shown; null where nothing is to be redacted. */
  readonly stored: Redactor | null
  /** For what leaves this host for another replayer. */
  readonly sent: Redactor | null
}

export interface RedactionFlags {
  readonly redact?: readonly string[] | undefined
  readonly 'redact-key'?: string | undefined
}

/**
 * The same secret is the same everywhere in the run, stored and sent: `known` is the run's key
 * where it has one already.
 */
export function planRedaction(flags: RedactionFlags, known?: Uint8Array): PlannedRedaction {
  const { named, stored } = parseRedaction(flags.redact ?? [])
  const path = flags['redact-key']
  const key = known ?? (path === undefined ? randomBytes(32) : readKey(path))
  const pseudonyms = new Pseudonyms(key)
  const create = (rules: RedactionRules | null) =>
    rules === null ? null : createRedactor(rules, pseudonyms)
  return { key, stored: create(stored), sent: create(named) }
}

const keyBytesMin = 16

function readKey(path: string): Uint8Array {
  let key: Uint8Array
  try {
    key = readFileSync(path)
  } catch (error) {
    throw new OperatorError(
      'bad-redact-key',
      `cannot read --redact-key ${path}: ${(error as Error).message}`,
      'make one: head -c 32 /dev/urandom > redact.key; chmod 600 redact.key',
    )
  }
  if (key.length >= keyBytesMin) return key
  throw new OperatorError(
    'bad-redact-key',
    `--redact-key ${path} holds ${key.length} bytes, which can be guessed`,
    'make one: head -c 32 /dev/urandom > redact.key; chmod 600 redact.key',
  )
}
