// The floor: what it costs to send the same requests at the same rate, and nothing else at all.
// Arguments: port, rate, seconds, and a file with the request, if it is not the small GET. Sends
// until then; its CPU time is measured from outside.
import { readFileSync } from 'node:fs'
import { type GetConnection, openGetConnections, sendGet } from './get-connections.ts'
import { runPaced } from './paced-slots.ts'

const [port, perSecond, seconds] = process.argv.slice(2, 5).map(Number)
const path = process.argv[5]
const request = path === undefined ? undefined : readFileSync(path)

const idle: GetConnection[] = []
let waiting = 0
const connections = await openGetConnections(port!, (connection) => {
  if (waiting === 0) {
    idle.push(connection)
  } else {
    waiting -= 1
    sendGet(connection, request)
  }
})
idle.push(...connections)

runPaced(
  { perSecond: perSecond!, warmSeconds: 0, seconds: seconds! },
  {
    send: (count) => {
      for (let index = 0; index < count; index++) {
        const connection = idle.shift()
        if (connection === undefined) waiting += 1
        else sendGet(connection, request)
      }
    },
    begin: () => console.log('sending'),
    end: () => process.exit(),
  },
)
