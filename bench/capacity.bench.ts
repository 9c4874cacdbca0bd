// How fast one generator sends, and how exactly: against nginx on the same processors.
// npm run bench -- capacity [--smoke]
import { findFreePort } from '../scripts/free-port.ts'
import { startNginx } from '../scripts/nginx.ts'
import { AnswerReader } from '../src/app/answer-reader.ts'
import { measureTrial, playTrial } from '../src/app/capacity-trial.ts'
import { planLoad } from '../src/capacity/load-plan.ts'
import { createRecordedTraffic } from '../src/capacity/recorded-traffic.ts'
import { summariseLatency } from '../src/capacity/trial-summary.ts'
import { createThreadedGenerator } from '../src/cli/capacity-generator.ts'
import { realWorld } from '../src/cli/real-world.ts'
import { createRequest } from '../test/support/messages.ts'
import { type Figure, formatFigures } from './support/figures.ts'

const isSmoke = process.argv.includes('--smoke')
const seconds = isSmoke ? 3 : 10
const normalRate = 1_000
const connections = 40

const rateMin = 25_000
const exactRate = 10_000

/** Every client asks at even distances, all through the recording. */
function createBenchTraffic() {
  const requests = Array.from({ length: normalRate * seconds }, (_, index) =>
    createRequest({
      connection: index % connections,
      sequence: Math.floor(index / connections),
      at: Math.round((index * 1e6) / normalRate),
      payload: `GET /items/${index % 500} HTTP/1.1\r\nHost: production\r\nAccept: */*\r\n\r\n`,
    }),
  )
  return createRecordedTraffic(requests, ({ connection }) => ({
    session: connection,
    endpoint: 'GET /items/{id}',
    target: 'GET /items',
    unsafe: false,
    status: 200,
    shape: 0,
  }))
}

async function measure(port: number, lanes: number, perSecond: number) {
  const traffic = createBenchTraffic()
  const level = perSecond / normalRate
  const duration = seconds * 1e6
  const plan = planLoad(traffic, {
    ...{ level, duration, warmup: duration / 5, amplifyWrites: true, compress: false },
    opensSessions: false,
  })
  const target = `http://127.0.0.1:${port}`
  const parts = { traffic, lanes, target, flags: {}, timeout: 5e6, connectionsMax: 16_384 }
  const generator = createThreadedGenerator(parts)
  try {
    const answers = new AnswerReader(traffic)
    const watch = { world: realWorld, grace: 1_000_000, look: () => false, answers }
    const played = await playTrial(generator, plan, watch)
    const { load, seconds: measured, generator: health } = measureTrial(traffic, played, 100_000)
    return {
      rate: load.answered / measured,
      answered: load.answered / load.offered,
      fromDue: summariseLatency(load.fromDue),
      health,
    }
  } finally {
    await generator.close()
  }
}

/** Higher and higher, as long as what is due is answered and the schedule is nearly kept. */
async function findRate(port: number, lanes: number): Promise<number> {
  let best = 0
  for (let perSecond = 15_000; perSecond <= 60_000; perSecond += 5_000) {
    const { rate, answered, health, fromDue } = await measure(port, lanes, perSecond)
    console.log(
      `  ${lanes} worker${lanes > 1 ? 's' : ''}, ${perSecond} due a second: ${rate.toFixed(0)} ` +
        `answered, p99 from due ${(fromDue.p99 / 1_000).toFixed(1)} ms, sent late p99 ` +
        `${(health.lateP99 / 1_000).toFixed(2)} ms, busy ${(health.busy * 100).toFixed(0)} %`,
    )
    best = Math.max(best, rate)
    if (answered < 0.97) break
  }
  return best
}

const port = await findFreePort()
await using _nginx = await startNginx({
  listen: [`127.0.0.1:${port}`],
  server: `location / { return 200 '{"item":1}'; }`,
})
const exact = await measure(port, 1, exactRate)
const figures: Figure[] = [
  {
    name: `schedule error at ${exactRate}/s, p99`,
    value: exact.health.lateP99 / 1_000,
    unit: 'ms',
    max: 2,
  },
  { name: `answered at ${exactRate}/s`, value: exact.rate, unit: '/s', max: null },
  {
    name: 'answered at most, 1 worker',
    value: await findRate(port, 1),
    unit: '/s',
    max: null,
    min: rateMin,
  },
]
if (!isSmoke) {
  const value = await findRate(port, 2)
  figures.push({ name: 'answered at most, 2 workers', value, unit: '/s', max: null })
}
console.log(formatFigures(figures))
