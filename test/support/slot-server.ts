// A server with so many slots, each busy for a fixed time with one request; others wait.
// node slot-server.ts PORT SLOTS MILLIS
import { createServer, type ServerResponse } from 'node:http'

const [port = 0, slots = 1, millis = 1] = process.argv.slice(2).map(Number)
const waiting: ServerResponse[] = []
let busy = 0

/** `since` is when the slot became free: a late timer takes nothing from the next request. */
function serve(since: number): void {
  while (busy < slots && waiting.length > 0) {
    const response = waiting.shift()!
    busy += 1
    const until = Math.max(since, performance.now() - millis / 2) + millis
    setTimeout(
      () => {
        busy -= 1
        response.end('{"ok":true}')
        serve(until)
      },
      Math.max(0, until - performance.now()),
    )
  }
}

createServer((request, response) => {
  request.resume()
  response.setHeader('Content-Type', 'application/json')
  waiting.push(response)
  serve(performance.now())
}).listen(port, '127.0.0.1', () => console.log('listens'))
