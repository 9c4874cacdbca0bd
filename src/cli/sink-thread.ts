// The entry of a thread that answers every request at once, for the generator to be tried against.
import { parentPort } from 'node:worker_threads'
import { createMirrorReceiver } from '../link/mirror-receiver.ts'
import { listenTcp } from '../network/io/tcp-server.ts'
import { realWorld } from './real-world.ts'

const limits = { headBytesMax: 1024 * 1024, messageBytesMax: 64 * 1024 * 1024 }

const receiver = createMirrorReceiver({
  account: { dropped: () => {} },
  world: realWorld,
  instance: '00000000',
  limits,
  bufferedBytesMax: 256 * 1024 * 1024,
  onMessages: () => {},
})
const address = { host: '127.0.0.1', port: 0 }
const { port } = await listenTcp(address, null, (wire) => receiver.accept(wire))
parentPort!.postMessage(port)
