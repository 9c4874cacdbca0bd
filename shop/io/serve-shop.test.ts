import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { makeData } from '../data.ts'
import { allNoise } from '../noise.ts'
import { serveShop } from './serve-shop.ts'

const options = {
  dataSeed: 3,
  instanceSeed: 7,
  release: 1,
  bugs: new Set<never>(),
  drift: new Set<never>(),
  noise: allNoise,
}

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

type Fields = Readonly<Record<string, string>>

function ask(port: number, line: string, headers: Fields = {}, body = ''): Promise<Got> {
  const [method, path] = line.split(' ')
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
    const sent = request({ port, method, path, headers: all, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    sent.on('error', reject).end(body)
  })
}

test('a user logs in by form, orders, sees the order, and nobody else does', async () => {
  await using shop = await serveShop({ port: 0, options, isSlow: false })
  const [user, other] = makeData(3, new Set()).tenants.acme.users
  const logIn = async (email: string, password: string) => {
    const form = await ask(shop.port, 'GET /login')
    const csrf = /name="csrf" value="(\w+)"/.exec(form.text)![1]!
    const fields = new URLSearchParams({ email, password, csrf }).toString()
    return ask(shop.port, 'POST /login', {}, fields)
  }
  const cookieOf = (got: Got) => String(got.headers['set-cookie']).split(';')[0]!
  const denied = await logIn(user!.email, 'wrong')
  const mine = { cookie: cookieOf(await logIn(user!.email, user!.password)) }
  const others = { cookie: cookieOf(await logIn(other!.email, other!.password)) }
  const stranger = await ask(shop.port, 'GET /me')
  const products = await ask(shop.port, 'GET /products')
  const { sku } = JSON.parse(products.text).items[0]
  const added = await ask(shop.port, 'POST /cart/items', mine, JSON.stringify({ sku }))
  const ordered = await ask(shop.port, 'POST /orders', mine)
  const location = String(ordered.headers.location)
  const seen = await ask(shop.port, `GET ${location}`, mine)
  const forbidden = await ask(shop.port, `GET ${location}`, others)
  const missing = await ask(shop.port, 'GET /orders/nowhere', mine)
  assert.deepEqual(
    [denied, stranger, added, ordered, seen, forbidden, missing].map(({ status }) => status),
    [401, 401, 201, 201, 200, 403, 404],
  )
  assert.match(location, /^\/orders\/o[0-9a-f]{15}$/)
  assert.equal(JSON.parse(seen.text).lines[0].sku, sku)
})
