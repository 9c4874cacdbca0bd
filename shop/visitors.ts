// Visitors as a process: node shop/visitors.ts --port 8080 --rate 200 --seconds 10 …
// Prints what they got, as JSON.
import { parseArgs } from 'node:util'
import { makeData } from './data.ts'
import { visitShop } from './io/visit-shop.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    /** Requests per second. */
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    'visit-seconds': { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    /** The seed of the shop's data. */
    data: { type: 'string', default: '1' },
  },
})
if (values.port === undefined) throw new Error('--port is missing')

const result = await visitShop({
  port: Number(values.port),
  data: makeData(Number(values.data), new Set()),
  seed: Number(values.seed),
  requestsPerSecond: Number(values.rate),
  seconds: Number(values.seconds),
  visitSeconds: Number(values['visit-seconds']),
})
console.log(JSON.stringify(result))
