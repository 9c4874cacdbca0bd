import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { CorrelatorBench, get, login, ok, post, sid } from '../../test/support/correlator-bench.ts'
import { fc } from '../../test/support/properties.ts'

const jwt = {
  production: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNyIsImp0aSI6ImEifQ.q1w2e3r4t5y6u7i8o9p0',
  target: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIzIiwianRpIjoiYiJ9.z9x8c7v6b5n4m3l2k1j0',
}

test('a session cookie goes into later requests', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/login'), login)
  assert.equal(
    bench.send(get('/orders', `Cookie: theme=dark; sid=${sid.production}; lang=de\r\n`)),
    get('/orders', `Cookie: theme=dark; sid=${sid.target}; lang=de\r\n`),
  )
})

test('a JWT out of a JSON body goes into Authorization, whatever its scheme', () => {
  const bench = new CorrelatorBench()
  const body = (token: string) => ok(`{"tokenType":"Bearer","token":"${token}","expiresIn":3600}`)
  bench.exchange(post('/token'), { production: body(jwt.production), target: body(jwt.target) })
  for (const scheme of ['Bearer ', 'Token token="']) {
    const end = scheme.endsWith('"') ? '"' : ''
    assert.equal(
      bench.send(get('/me', `Authorization: ${scheme}${jwt.production}${end}\r\n`)),
      get('/me', `Authorization: ${scheme}${jwt.target}${end}\r\n`),
    )
  }
})

test('a token of base64 that begins with a slash is one', () => {
  const bench = new CorrelatorBench()
  const body = (token: string) => ok(`{"csrfToken":"${token}"}`)
  const [production, target] = ['/26jowRvqEWihPwH', '/Zr3hYt+qWe/TyUi==']
  bench.exchange(get('/token'), { production: body(production), target: body(target) })
  const use = (token: string) => post('/a', `{"t":"${token}"}`, `X-CSRF-Token: ${token}\r\n`)
  assert.equal(bench.send(use(production)), use(target))
})

test('a hidden field goes into the form that is sent, and the length follows', () => {
  const bench = new CorrelatorBench()
  const page = (token: string) =>
    ok(`<form><input type="hidden" name="csrf" value="${token}"></form>`, '', 'text/html')
  const [production, target] = ['0a1b2c3d4e5f60718293', 'ffeeddccbbaa99887766554433221100']
  bench.exchange(get('/login'), { production: page(production), target: page(target) })
  const form = (token: string) => `email=a%40b.c&csrf=${token}&next=%2F`
  const type = 'application/x-www-form-urlencoded'
  assert.equal(
    bench.send(post('/login', form(production), '', type)),
    post('/login', form(target), '', type),
  )
})

test('a meta token goes into a header and into a field of a form with parts', () => {
  const bench = new CorrelatorBench()
  const page = (token: string) =>
    ok(`<head><meta name='csrf-token' content='${token}'></head>`, '', 'text/html')
  bench.exchange(get('/'), { production: page('x1y2z3w4v5'), target: page('q6r7s8t9u0p1') })
  const form = (token: string) =>
    `--B\r\nContent-Disposition: form-data; name="_token"\r\n\r\n${token}\r\n--B--\r\n`
  const type = 'multipart/form-data; boundary=B'
  assert.equal(
    bench.send(post('/a', form('x1y2z3w4v5'), 'X-CSRF-Token: x1y2z3w4v5\r\n', type)),
    post('/a', form('q6r7s8t9u0p1'), 'X-CSRF-Token: q6r7s8t9u0p1\r\n', type),
  )
})

test('the small id of what was created goes into paths, queries and JSON by its kind', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/orders'), {
    production: ok('', 'Location: /orders/1007\r\n', 'text/plain', '201 Created'),
    target: ok('', 'Location: http://candidate/orders/55\r\n', 'text/plain', '201 Created'),
  })
  const cases: readonly (readonly [string, string])[] = [
    [get('/orders/1007'), get('/orders/55')],
    [get('/orders/1007/items/1007?page=1007'), get('/orders/55/items/1007?page=1007')],
    [get('/orders/1007.pdf?v=2'), get('/orders/55.pdf?v=2')],
    [get('/invoice?orderId=1007&amount=1007'), get('/invoice?orderId=55&amount=1007')],
    [get('/order?id=1007'), get('/order?id=55')],
    [get('/products/1007'), get('/products/1007')],
    [
      get('/a', 'Referer: http://shop/orders/1007\r\n'),
      get('/a', 'Referer: http://shop/orders/55\r\n'),
    ],
    [
      post('/refunds', '{"orderId":1007,"amount":1007,"order":{"id":"1007"},"orderIds":[1007,3]}'),
      post('/refunds', '{"orderId":55,"amount":1007,"order":{"id":"55"},"orderIds":[55,3]}'),
    ],
  ]
  for (const [sent, expected] of cases) assert.equal(bench.send(sent), expected)
})

test('the id in the body of a creation is of the kind that the path or the body names', () => {
  const bench = new CorrelatorBench()
  const created = (body: string) => ok(body, '', 'application/json', '201 Created')
  bench.exchange(post('/api/v1/orders'), {
    production: created('{"id":7,"customerId":31,"line":{"id":900}}'),
    target: created('{"id":8,"customerId":41,"line":{"id":11}}'),
  })
  assert.equal(
    bench.send(get('/api/v1/orders/7?customer_id=31&lineId=900&id=7')),
    get('/api/v1/orders/8?customer_id=41&lineId=11&id=8'),
  )
})

test('what a path that names an action creates may be of any kind that is not known otherwise', () => {
  const bench = new CorrelatorBench()
  bench.exchange(get('/products'), {
    production: ok('{"products":[{"id":4,"name":"A"}]}'),
    target: ok('{"products":[{"id":4,"name":"A"}]}'),
  })
  bench.exchange(post('/checkout'), { production: ok('{"id":4}'), target: ok('{"id":9}') })
  assert.equal(bench.send(get('/orders/4')), get('/orders/9'))
  assert.equal(bench.send(get('/products/4')), get('/products/4'))
})

test('two sessions whose small ids collide keep theirs, and nobody else gets either', () => {
  const bench = new CorrelatorBench()
  const cookies = ['c1c1c1c1c1', 'd2d2d2d2d2', 'e3e3e3e3e3'].map(
    (value) => `Cookie: sid=${value}\r\n`,
  )
  const add = (cookie: string, id: number) =>
    bench.exchange(post('/cart/items', '{}', cookie), {
      production: ok('{"id":1}'),
      target: ok(`{"id":${id}}`),
    })
  add(cookies[0]!, 11)
  assert.equal(bench.send(get('/cart/items/1')), get('/cart/items/11'))
  add(cookies[1]!, 12)
  add(cookies[0]!, 11)
  const targets = cookies.map((cookie) => bench.send(get('/cart/items/1', cookie)))
  assert.deepEqual(
    targets,
    cookies.map((cookie, index) => get(`/cart/items/${[11, 12, 1][index]}`, cookie)),
  )
  assert.equal(bench.report.counts.ambiguous, 1)
})

test('pseudonyms of a listener that redacts stand for what they replace', () => {
  const bench = new CorrelatorBench()
  const cookie = (value: string) => ok('{}', `Set-Cookie: sid=${value}; HttpOnly\r\n`)
  const redacted = 'redacted-0123456789abcdef'
  bench.exchange(post('/login'), { production: cookie(redacted), target: cookie(sid.target) })
  assert.equal(
    bench.send(get('/me', `Cookie: sid=${redacted}\r\n`)),
    get('/me', `Cookie: sid=${sid.target}\r\n`),
  )
})

test('what one session created is found by another that has nothing else by that name', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/orders', '{}', 'Cookie: sid=c1c1c1c1c1\r\n'), {
    production: ok('{"id":7}'),
    target: ok('{"id":9}'),
  })
  const other = 'Authorization: Bearer d2d2d2d2d2\r\n'
  const answer = { production: ok('{"id":7}'), target: ok('{"id":9}') }
  assert.equal(bench.exchange(get('/orders/7', other), answer), get('/orders/9', other))
})

test('a session goes on under the key that a login hands out', () => {
  const bench = new CorrelatorBench()
  const before = 'Cookie: sid=aaaa1111bbbb\r\n'
  bench.exchange(post('/cart/items', '{}', before), {
    production: ok('{"id":1}'),
    target: ok('{"id":5}'),
  })
  bench.exchange(post('/login', '{}', before), login)
  bench.exchange(post('/cart/items', '{}', 'Cookie: sid=cccc2222dddd\r\n'), {
    production: ok('{"id":1}'),
    target: ok('{"id":6}'),
  })
  assert.match(bench.send(get('/cart/items/1', `Cookie: sid=${sid.production}\r\n`)), /items\/5 /)
})

test('words, amounts, dates and addresses are never learnt', () => {
  const bench = new CorrelatorBench()
  const values = (to: string) => `{"status":"${to}shipped","paid":true,"page":1${to.length},
    "total":1299${to.length},"date":"2026-01-0${1 + to.length}",
    "at":"2026-01-02T03:04:0${to.length}Z",
    "email":"user${to.length}@example.com","name":"Lamp ${to.length}","version":"1.2.${to.length}",
    "slug":"iphone-15-pro${to}","note":"${to}confirmation"}`
  bench.exchange(post('/orders'), { production: ok(values('')), target: ok(values('un')) })
  assert.equal(bench.correlator.size(), 0)
  const request = post('/x', values(''))
  assert.equal(bench.send(request), request)
})

test('what a list shows is learnt only where what stands beside it agrees', () => {
  const list = (items: readonly (readonly [string, string])[]) =>
    ok(JSON.stringify({ orders: items.map(([id, name]) => ({ id, name, state: 'paid' })) }))
  const check = (target: readonly (readonly [string, string])[], expected: string) => {
    const bench = new CorrelatorBench()
    bench.exchange(get('/orders'), {
      production: list([
        ['o1a2b3c4', 'Lamp'],
        ['o5d6e7f8', 'Chair'],
      ]),
      target: list(target),
    })
    assert.equal(bench.send(get('/orders/o1a2b3c4')), get(`/orders/${expected}`))
  }
  check(
    [
      ['t9t8t7t6', 'Lamp'],
      ['t5t4t3t2', 'Chair'],
    ],
    't9t8t7t6',
  )
  check([['t9t8t7t6', 'Lamp']], 't9t8t7t6')
  // The same ones in another order.
  check(
    [
      ['o5d6e7f8', 'Chair'],
      ['o1a2b3c4', 'Lamp'],
    ],
    'o1a2b3c4',
  )
})

test('another entity at the same place of a safe answer stands for nothing', () => {
  const bench = new CorrelatorBench()
  const featured = (id: string, name: string, city: string) =>
    ok(JSON.stringify({ product: { id, name, city, colour: name.length } }))
  bench.exchange(get('/featured'), {
    production: featured('a1b2c3d4e5', 'Lamp', 'Rome'),
    target: featured('f6g7h8i9j0', 'Chair', 'Oslo'),
  })
  assert.equal(bench.correlator.size(), 0)
})

test('compressed and chunked answers are read', () => {
  const type = 'Content-Type: application/json\r\n'
  const issued = (id: string) => Buffer.from(`{"token":"${id}"}`)
  const answers = [
    (id: string) => frame(gzipSync(issued(id)), 'Content-Encoding: gzip\r\n'),
    (id: string) => frame(brotliCompressSync(issued(id)), 'Content-Encoding: br\r\n'),
    (id: string) => {
      const [first, rest] = [issued(id).subarray(0, 14), issued(id).subarray(14)]
      const chunks = [first, rest].map((bytes) => `${bytes.length.toString(16)}\r\n${bytes}\r\n`)
      return Buffer.from(
        `HTTP/1.1 200 OK\r\n${type}Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`,
      )
    },
  ]
  for (const answer of answers) {
    const bench = new CorrelatorBench()
    bench.exchange(get('/t'), { production: answer('p1p2p3p4p5'), target: answer('t1t2t3t4t5') })
    assert.equal(bench.send(get('/x?token=p1p2p3p4p5')), get('/x?token=t1t2t3t4t5'))
  }
  function frame(body: Uint8Array, fields: string): Uint8Array {
    const head = `HTTP/1.1 200 OK\r\n${type}${fields}Content-Length: ${body.length}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), body])
  }
})

test('in a compressed request values are put into head and body, or its body stays as it is', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/login'), login)
  const send = (text: string) => {
    const body = gzipSync(text)
    const fields = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`
    const head = `POST /a HTTP/1.1\r\nCookie: sid=${sid.production}\r\n${fields}\r\n`
    const sent = Buffer.from(bench.send(Buffer.concat([Buffer.from(head), body])), 'latin1')
    const start = sent.indexOf('\r\n\r\n') + 4
    assert.match(sent.toString('latin1', 0, start), new RegExp(`sid=${sid.target}\r\n`))
    const length = /Content-Length: (\d+)/.exec(sent.toString('latin1'))![1]
    assert.equal(Number(length), sent.length - start)
    return { before: body, after: sent.subarray(start) }
  }
  const changed = send(`{"session":"${sid.production}"}`)
  assert.equal(gunzipSync(changed.after).toString(), `{"session":"${sid.target}"}`)
  const kept = send('{"session":"other"}')
  assert.deepEqual(kept.after, kept.before)
})

test('elements of XML and entity tags are learnt', () => {
  const bench = new CorrelatorBench()
  const xml = (id: number, key: string) =>
    ok(
      `<order><id>${id}</id><ns:key x="1">${key}</ns:key></order>`,
      `ETag: W/"${key}e"\r\n`,
      'application/xml',
    )
  bench.exchange(post('/orders'), {
    production: xml(1007, 'k1k2k3k4'),
    target: xml(55, 'l5l6l7l8'),
  })
  assert.equal(
    bench.send(get('/orders/1007?key=k1k2k3k4', 'If-None-Match: W/"k1k2k3k4e"\r\n')),
    get('/orders/55?key=l5l6l7l8', 'If-None-Match: W/"l5l6l7l8e"\r\n'),
  )
})

test('an answer that failed teaches nothing of bodies and places', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/orders'), {
    production: ok('{"orderId":7}', 'Location: /orders/7\r\n', 'application/json', '201 Created'),
    target: ok('{"orderId":9}', 'Location: /orders/9\r\n', 'application/json', '409 Conflict'),
  })
  assert.equal(bench.correlator.size(), 0)
})

test('the report says who issued and who used, and shows no value', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/login'), login)
  const request = get('/orders/o9i8u7z6t5', `Cookie: sid=${sid.production}\r\n`)
  bench.send(request)
  bench.send(request)
  const [totals, producer] = bench.report.lines('http://candidate')
  assert.deepEqual(JSON.parse(producer!), {
    target: 'http://candidate',
    position: 'POST /login cookie sid',
    pairs: 1,
    substitutions: 2,
    consumers: { 'GET /orders/{} cookie sid': 2 },
    example: { production: '~20', target: '~24' },
  })
  const { learned, substituted, rewrittenRequests } = JSON.parse(totals!)
  assert.deepEqual(
    { learned, substituted, rewrittenRequests },
    { learned: 1, substituted: 2, rewrittenRequests: 2 },
  )
})

test('nothing but the tokens and the length changes, whatever the request', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcxyz ÄÖ?=-.'), maxLength: 12 })
  const piece = fc.oneof(
    word.map((text) => [text, text]),
    fc.nat(9).map((index) => [`p${index}a1b2c3`, `t${index}d4e5f6g7`]),
  )
  const pieces = fc.array(piece, { maxLength: 6 })
  const bench = new CorrelatorBench()
  for (let index = 0; index < 10; index++) {
    const token = (value: string) => ok(`{"token":"${value}"}`)
    bench.exchange(post('/t'), {
      production: token(`p${index}a1b2c3`),
      target: token(`t${index}d4e5f6g7`),
    })
  }
  fc.assert(
    fc.property(pieces, pieces, pieces, (path, cookies, leaves) => {
      const render = (side: number) => {
        const target = path.map((texts) => encodeURIComponent(texts[side]!)).join('/')
        const jar = cookies
          .map((texts, index) => `c${index}=${encodeURIComponent(texts[side]!)}`)
          .join('; ')
        const body = JSON.stringify(leaves.map((texts, index) => ({ [`k${index}`]: texts[side] })))
        return Buffer.from(
          post(`/${target}?q=1`, Buffer.from(body).toString('latin1'), `Cookie: ${jar}\r\n`),
          'latin1',
        )
      }
      assert.equal(bench.send(render(0)), render(1).toString('latin1'))
    }),
  )
})

test('any bytes pass, and unchanged', () => {
  const bench = new CorrelatorBench()
  bench.exchange(post('/login'), login)
  fc.assert(
    fc.property(fc.uint8Array(), (payload) => {
      assert.equal(bench.send(payload), Buffer.from(payload).toString('latin1'))
    }),
  )
})
