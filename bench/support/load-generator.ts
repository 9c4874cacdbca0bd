// Offers small GETs to a server at a fixed rate and times the answers from when they were due.
// Arguments: port, rate, seconds to warm up, seconds. Prints lines of JSON for load-process.ts.
import { createHistogram } from 'node:perf_hooks'
import { type GetConnection, openGetConnections, sendGet } from './get-connections.ts'
import { runPaced } from './paced-slots.ts'

const lastAnswersMillis = 2_000

const [port, perSecond, warmSeconds, seconds] = process.argv.slice(2).map(Number)

const latency = createHistogram()
const waiting: number[] = []
let sent = 0
let answered = 0
let measured = 0
let measuring = false

const idle: GetConnection[] = []
const connections = await openGetConnections(port!, (connection) => {
  answered += 1
  if (measuring)
    latency.record(Math.max(1, Math.round((performance.now() - connection.due) * 1_000)))
  const due = waiting.shift()
  if (due === undefined) idle.push(connection)
  else send(connection, due)
})
idle.push(...connections)

runPaced(
  { perSecond: perSecond!, warmSeconds: warmSeconds!, seconds: seconds! },
  {
    send: (count, due) => {
      for (let index = 0; index < count; index++) {
        sent += 1
        if (measuring) measured += 1
        const connection = idle.shift()
        if (connection === undefined) waiting.push(due)
        else send(connection, due)
      }
    },
    begin: () => {
      measuring = true
      print({ event: 'begin' })
    },
    end: () => {
      print({ event: 'end' })
      setTimeout(report, answered === sent ? 0 : lastAnswersMillis)
    },
  },
)

function send(connection: GetConnection, due: number): void {
  connection.due = due
  sendGet(connection)
}

function report(): void {
  const [p50, p99] = [latency.percentile(50), latency.percentile(99)]
  print({ event: 'report', sent, answered, measured, p50, p99, max: latency.max })
  process.exit()
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
