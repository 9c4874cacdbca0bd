// What the dot reporter leaves out: why a test file crashed, and the closing summary.
import type { TestEvent } from 'node:test/reporters'

// biome-ignore lint/style/noDefaultExport: node takes a reporter from the default export.
export default async function* reportSummary(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const summary: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:stderr') yield data.message
    if (type === 'test:diagnostic' && data.nesting === 0) summary.push(`# ${data.message}\n`)
  }
  yield `\n${summary.join('')}`
}
