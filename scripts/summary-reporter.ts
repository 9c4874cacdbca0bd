// What the dot reporter leaves out: why a test file crashed, the summary, and the slowest files.
import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

const slowestShown = 8

// biome-ignore lint/style/noDefaultExport: node takes a reporter from the default export.
export default async function* reportSummary(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const summary: string[] = []
  const millisByFile = new Map<string, number>()
  for await (const { type, data } of events) {
    if (type === 'test:stderr') yield data.message
    if (type === 'test:diagnostic' && data.nesting === 0) summary.push(`# ${data.message}\n`)
    if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0) {
      const file = relative('', data.file ?? '')
      const millis = millisByFile.get(file) ?? 0
      millisByFile.set(file, millis + data.details.duration_ms)
    }
  }
  const slowest = [...millisByFile].sort((a, b) => b[1] - a[1]).slice(0, slowestShown)
  const times = slowest.map(([file, millis]) => `# ${(millis / 1000).toFixed(1)} s ${file}\n`)
  yield `\n${summary.join('')}${times.join('')}`
}
