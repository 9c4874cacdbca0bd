// The shop as a process: node shop/main.ts --port 0 --seed 7 --release 2 --bugs sort-order …
// Prints its address, serves until SIGTERM.
import { serveShop } from './io/serve-shop.ts'
import { readShopFlags } from './io/shop-flags.ts'

const { address, port, options, isSlow, workers } = readShopFlags(process.argv.slice(2))
const server = await serveShop({ address, port, options, isSlow, workers })
console.log(`shop: release ${options.release} on http://${address}:${server.port}`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.stop())
