// `--prettify-http`: what people and other programs read of messages comes without chunks and
// content codings; targets get what was captured.
import type { MessageFilter } from '../app/intake.ts'
import type { Message } from '../model/message.ts'
import { makePlain } from '../protocol/http1/plain-message.ts'
import type { FlagValues } from './flags.ts'

/** A body that unfolds to more stays as it is. */
const bodyBytesMax = 64 * 1024 * 1024

/** What makes a message plain; null where it stays as it is. */
export function readPrettify(flags: FlagValues): ((message: Message) => Message) | null {
  return flags['prettify-http'] === true ? (message) => makePlain(message, bodyBytesMax) : null
}

/** The filter, given plain messages. */
export function withPlainMessages(
  filter: MessageFilter,
  prettify: (message: Message) => Message,
): MessageFilter {
  return {
    start: (pass) => filter.start(pass),
    write: (batch, account) => filter.write(batch.map(prettify), account),
    tick: (now) => filter.tick(now),
    quiet: (now) => filter.quiet(now),
    end: () => filter.end(),
  }
}
