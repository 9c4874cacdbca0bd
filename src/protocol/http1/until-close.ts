// Whether only the end of its connection ends a response (RFC 9112, section 6.3, item 8).
import { HeadReader } from './head-reader.ts'

/** For a whole response; what it answers is not asked, for an answer to HEAD ends nothing early. */
export function answersUntilClose(payload: Uint8Array): boolean {
  const reader = new HeadReader('response', payload.length)
  reader.begin()
  const headEnd = reader.read(payload, 0, 0, payload.length)
  if (headEnd < 0) return true
  const head = reader.finish(headEnd, 'GET')
  return typeof head === 'string' || head.framing === 'until-close'
}
