// What a flag's value may be, as its table says: checked where flags are read, so that a wrong one
// shows at once, and whatever else is given.
import { OperatorError } from '../model/operator-error.ts'
import type { Flag } from './flag.ts'
import {
  parseCount,
  parseCountOrZero,
  parseDuration,
  parsePercent,
  parsePort,
  parseSize,
} from './units.ts'

/** Fails with an operator error that says what can be written instead. */
export function checkFlagValue(name: string, flag: Flag, text: string): void {
  if (flag.oneOf !== undefined && !flag.oneOf.includes(text)) {
    const hint = `write ${flag.oneOf.join(' or ')}`
    throw new OperatorError('unknown-value', `--${name} '${text}' is unknown`, hint)
  }
  if (flag.mayBeZero === true && isZero(text)) return
  switch (flag.value) {
    case 'TIME':
      return void parseDuration(name, text)
    case 'SIZE':
      return void parseSize(name, text)
    case 'COUNT':
      return void (flag.mayBeZero === true ? parseCountOrZero : parseCount)(name, text)
    case 'PERCENT':
      return void parsePercent(name, text)
    case 'PORT':
      return void parsePort(name, text)
  }
}

/** Nothing of a count, a size or a time. */
export function isZero(text: string): boolean {
  return /^0+([kmgt]?b|us|ms|s|m|h)?$/i.test(text)
}
