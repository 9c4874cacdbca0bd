// npm run demo: live traffic on a real server, copied to a candidate, with the ledger at the end.
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../scripts/free-port.ts'
import { type Nginx, startNginx } from '../scripts/nginx.ts'
import { isBalanced, type Rehearsal, startRehearsal } from '../scripts/rehearsal.ts'
import type { LedgerSnapshot, OutputSnapshot } from '../src/model/ledger-snapshot.ts'
import { OperatorError } from '../src/model/operator-error.ts'
import { startTraffic, type Traffic } from './traffic.ts'

const seconds = 10
// Production has it, and the candidate has not.
const coupons = `location /api/coupons { return 200 '{"coupons":["SPRING"]}'; }`

const say = (text: string) => console.log(text)

// Leaving runs the exit handlers; the kernel ends the children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  process.exitCode = await demonstrate()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(`${error.message}: ${error.hint}`)
  process.exitCode = 2
}

async function demonstrate(): Promise<number> {
  if (process.getuid?.() !== 0) {
    throw new OperatorError('not-root', 'the demo captures packets', 'run: sudo npm run demo')
  }
  const productionPort = await findFreePort()
  const candidatePort = await findFreePort()
  const target = `http://127.0.0.1:${candidatePort}`
  say('A dress rehearsal: what users ask of production is asked of a candidate, too.\n')
  await using production = await startShop(productionPort, coupons)
  say(`production   nginx on 127.0.0.1:${productionPort}, which knows nothing of all this`)
  await using candidate = await startShop(candidatePort, '')
  say(`candidate    nginx on 127.0.0.1:${candidatePort}: the next release, which lost /api/coupons`)
  const args = ['--input-raw', `:${productionPort}`, '--output-http', target]
  await using rehearsal = await startRehearsal({ args })
  say(`rehearsal    bin/rehearsal ${args.join(' ')}`)
  say(`users        8, for ${seconds} s: pages, searches, orders with bodies of up to 10 kB\n`)
  const traffic = startTraffic(productionPort, seconds)
  await watch(rehearsal, traffic)
  const ledger = await rehearsal.finish()
  const [output] = ledger.outputs
  if (output === undefined) throw new Error('the ledger has no output')
  say(`\n${formatLedger(ledger, output)}\n`)
  return conclude({ ledger, output, production, candidate })
}

function startShop(port: number, more: string): Promise<Nginx> {
  return startNginx({
    listen: [`127.0.0.1:${port}`],
    accessLogFormat: "'$request_method $request_uri $content_length'",
    server: `
      location = / { return 200 "<h1>Lanterns</h1>"; }
      location /api/items/ { return 200 '{"name":"lantern","price":1900}'; }
      location = /api/orders { return 201 '{"order":"accepted"}'; }
      ${more}
      location / { return 404; }
    `,
  })
}

/** A line a second from the ledger that the program writes, until the users have left. */
async function watch(rehearsal: Rehearsal, traffic: Traffic): Promise<void> {
  const state = { over: false }
  const over = traffic.over.then(() => {
    state.over = true
  })
  say('           production answered    captured   delivered    answered     dropped')
  for (let second = 1; !state.over; second++) {
    await Promise.race([sleep(1_000), over])
    const ledger = rehearsal.ledger()
    const [output] = ledger.outputs
    const counts = [ledger.captured, output!.delivered, output!.answered, countDropped(output!)]
    const columns = counts.map((count) => String(count).padStart(12)).join('')
    say(`${String(second).padStart(6)} s  ${String(traffic.answered()).padStart(21)}${columns}`)
  }
  await over
}

function formatLedger(ledger: LedgerSnapshot, output: OutputSnapshot): string {
  const rows: [string, string][] = [
    ['captured', String(ledger.captured)],
    ...ledger.sources.flatMap((source) => formatCounts('lost in capture', source.dropped)),
    ['delivered', String(output.delivered)],
    ...formatCounts('dropped', output.dropped),
    ['answered', String(output.answered)],
    ...formatCounts('unanswered', output.unanswered),
    ...formatCounts('status', output.statuses),
  ]
  if (output.latency !== null) {
    rows.push(['latency p50', formatMillis(output.latency.p50)])
    rows.push(['latency p99', formatMillis(output.latency.p99)])
  }
  const lines = rows.map(([name, value]) => `  ${name.padEnd(30)}${value.padStart(12)}`)
  return ['ledger', ...lines].join('\n')
}

function formatCounts(
  name: string,
  counts: Readonly<Partial<Record<string, number>>>,
): [string, string][] {
  return Object.entries(counts).map(([key, count]) => [`${name} ${key}`, String(count)])
}

function formatMillis(micros: number): string {
  return `${(micros / 1_000).toFixed(2)} ms`
}

function countDropped(output: OutputSnapshot): number {
  return Object.values(output.dropped).reduce((sum, count) => sum + count, 0)
}

interface Results {
  readonly ledger: LedgerSnapshot
  readonly output: OutputSnapshot
  readonly production: Nginx
  readonly candidate: Nginx
}

/** Says whether what the program counted is what the servers counted; the exit code. */
function conclude({ ledger, output, production, candidate }: Results): number {
  const asked = production.accessLog().toSorted()
  const rehearsed = candidate.accessLog().toSorted()
  const fates = `${output.delivered} delivered + ${countDropped(output)} dropped`
  const sum = `${ledger.captured} captured = ${fates}`
  const balanced = isBalanced(ledger)
  const counted = rehearsed.length === output.delivered
  const same =
    asked.length === rehearsed.length && asked.every((line, at) => line === rehearsed[at])
  const verdict = balanced && counted && ledger.captured > 0
  say(`${verdict ? 'The sums agree' : 'THE SUMS DO NOT AGREE'}: ${sum},`)
  say(`and the candidate's own access log has ${rehearsed.length} requests.`)
  say(
    same
      ? `It holds the same ${asked.length} requests as production's log, line by line.`
      : `Production's log has ${asked.length}, and not all of them are the same.`,
  )
  const lost = output.statuses['404'] ?? 0
  if (lost > 0) say(`The candidate answered ${lost} of them with 404, and no user noticed.`)
  return verdict ? 0 : 1
}
