// The names of recordings: `requests-%Y%m%d.gor`, with GoReplay's tokens.
import type { Message, Micros } from '../model/message.ts'
import { gorTypes } from '../protocol/gor/gor-meta.ts'

/** What a token stands for; one that is absent stays as it is, to be filled in later. */
export type NameTokens = Readonly<Partial<Record<NameToken, string>>>

type NameToken = 'Y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'NS' | 'r' | 't' | 'i'

/** Puts the values in place of `%Y`, `%NS` and so on. */
export function expandName(pattern: string, tokens: NameTokens): string {
  return pattern.replace(/%(NS|[YmdHMSrti])/g, (token, name: NameToken) => tokens[name] ?? token)
}

/** Year to second in local time, as GoReplay has it. */
export function timeTokens(now: Micros): NameTokens {
  const date = new Date(now / 1_000)
  return {
    Y: pad(date.getFullYear(), 4),
    m: pad(date.getMonth() + 1, 2),
    d: pad(date.getDate(), 2),
    H: pad(date.getHours(), 2),
    M: pad(date.getMinutes(), 2),
    S: pad(date.getSeconds(), 2),
  }
}

/** The nanosecond within the second. */
export function nanosToken(now: Micros): NameTokens {
  return { NS: `${pad(now % 1_000_000, 6)}000` }
}

/** The message's id and type; an id from elsewhere cannot lead out of the folder. */
export function messageTokens(message: Message): NameTokens {
  return { r: message.id.replace(/[^\w-]/g, '_'), t: gorTypes[message.kind] }
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
