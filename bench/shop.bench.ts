// How fast the shop's exchanges are made in memory: four instances, with all drift and noise on.
import { createCast } from '../shop/cast.ts'

const requests = 25_000
const perRequest = 4
const targetPerSecond = 20_000

const { play } = createCast({ seed: 1, requests })
const start = performance.now()
let bytes = 0
for (const { production } of play()) bytes += production.response.length
const seconds = (performance.now() - start) / 1000
const perSecond = Math.round((requests * perRequest) / seconds)
const verdict = perSecond >= targetPerSecond ? 'met' : 'MISSED'
console.log(
  `${perSecond} exchanges/s, responses of ${Math.round(bytes / requests)} bytes on average, ` +
    `target ${targetPerSecond}/s: ${verdict}`,
)
