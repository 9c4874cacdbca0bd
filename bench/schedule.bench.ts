// How exactly requests are sent when they are due: a recording of 5,000 a second, played at its own
// speed. npm run bench -- schedule [--smoke]
import { join } from 'node:path'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import { formatFigures } from './support/figures.ts'
import { measureRun } from './support/measured-run.ts'
import { writeRecording } from './support/recording.ts'
import { openStageSet } from './support/stage-set.ts'

const perSecond = 5_000
const seconds = process.argv.includes('--smoke') ? 3 : 30

using folder = createTemporaryFolder('bench-schedule')
await using stage = await openStageSet()
const path = join(folder.path, 'schedule.gor')
const messages = perSecond * seconds
writeRecording({ path, messages, perSecond, connections: 200, bodyBytes: 0 })
console.log(`${messages} requests over ${seconds} s, to nginx on this machine`)
const target = `http://127.0.0.1:${stage.targetPort}`
const { output, cpuMillis } = await measureRun(['--input-file', path, '--output-http', target])
const { schedule, latency, latencyFromDue, answered } = output
if (answered !== messages || schedule === null) throw new Error(JSON.stringify(output, null, 2))
const name = `off schedule, ${perSecond}/s`
const millis = (micros: number) => micros / 1_000
console.log(
  formatFigures([
    { name: `${name}: p50`, value: millis(schedule.p50), unit: 'ms', max: null },
    { name: `${name}: p99`, value: millis(schedule.p99), unit: 'ms', max: 2 },
    { name: `${name}: longest`, value: millis(schedule.max), unit: 'ms', max: null },
    { name: 'latency from sending: p99', value: millis(latency!.p99), unit: 'ms', max: null },
    { name: 'latency from due: p99', value: millis(latencyFromDue!.p99), unit: 'ms', max: null },
    { name: 'CPU for 1,000', value: cpuMillis / (messages / 1_000), unit: 'ms', max: null },
  ]),
)
