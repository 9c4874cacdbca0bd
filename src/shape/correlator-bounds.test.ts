// How long requests wait, and how much is remembered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CorrelatorBench,
  get,
  login,
  ok,
  post,
  sid,
  text,
} from '../../test/support/correlator-bench.ts'
import { createRequest } from '../../test/support/messages.ts'

test('a request waits for the answer that issues its value, and goes without in the end', () => {
  const bench = new CorrelatorBench()
  const first = bench.request(post('/login'))
  bench.production(first, login.production)
  const use = bench.request(get('/me', `Cookie: sid=${sid.production}\r\n`))
  const other = bench.request(get('/me', 'Cookie: sid=f0f1f2f3f4f5\r\n'))
  assert.equal(bench.correlator.rewrite(use, false), null)
  assert.equal(bench.correlator.rewrite(use, false), null)
  assert.equal(bench.correlator.rewrite(other, false), other)
  assert.equal(bench.correlator.rewrite(use, true), use)
  bench.replayed(first, login.target)
  assert.match(text(bench.correlator.rewrite(use, false)), new RegExp(sid.target))
  assert.equal(bench.report.counts.waited, 1)
  assert.equal(bench.report.counts.sentWithout, 1)
})

test('nobody waits for a request that was not sent, failed, or was answered before', () => {
  const bench = new CorrelatorBench()
  const { correlator } = bench
  const use = () => bench.request(get('/me', `Cookie: sid=${sid.production}\r\n`))
  const never = createRequest({ connection: 9, payload: post('/login') })
  bench.production(never, login.production)
  const [failed, first] = [bench.request(post('/login')), use()]
  assert.equal(correlator.rewrite(first, false), first)
  bench.production(failed, login.production)
  assert.equal(correlator.rewrite(first, false), null)
  correlator.giveUp(failed.id)
  assert.equal(correlator.rewrite(first, false), first)
  const [early, second] = [bench.request(post('/login')), use()]
  bench.replayed(early, login.target)
  bench.production(early, login.production)
  assert.match(text(correlator.rewrite(second, false)), new RegExp(sid.target))
})

test('small ids are waited for in their own session alone', () => {
  const bench = new CorrelatorBench()
  const own = 'Cookie: sid=a1a1a1a1a1\r\n'
  const first = bench.request(post('/orders', '{}', own))
  bench.production(first, ok('{"orderId":7}'))
  assert.equal(bench.correlator.rewrite(bench.request(get('/orders/7', own)), false), null)
  const others = bench.request(get('/orders/7', 'Cookie: sid=b2b2b2b2b2\r\n'))
  assert.equal(bench.correlator.rewrite(others, false), others)
})

test('the table is bounded under a flood, and forgets what nobody uses', () => {
  const bench = new CorrelatorBench({ pairsMax: 100, expiry: 10_000_000 })
  for (let index = 0; index < 2_000; index++) {
    const token = (side: string) => ok(`{"token":"${side}1a2b3c${index}"}`)
    bench.exchange(post('/t'), { production: token('p'), target: token('t') })
    if (index === 1_950) bench.exchange(post('/login'), login)
  }
  assert.ok(bench.correlator.size() > 90 && bench.correlator.size() <= 100)
  assert.equal(bench.report.counts.evicted + bench.correlator.size(), 2_001)
  const request = get('/me', `Cookie: sid=${sid.production}\r\n`)
  assert.match(bench.send(request), new RegExp(sid.target))
  bench.now += 9_000_000
  assert.match(bench.send(request), new RegExp(sid.target))
  bench.now += 9_000_000
  assert.match(bench.send(request), new RegExp(sid.target))
  bench.now += 10_000_001
  assert.equal(bench.send(request), request)
})

test('answers that could not be read are counted', () => {
  const bench = new CorrelatorBench()
  const long = 'x'.repeat(1_100_000)
  for (const answer of [ok(`{"id":7,"a":"${long}"}`), ok(long, '', 'image/png'), ok('{}')]) {
    bench.exchange(get('/'), { production: answer, target: answer })
  }
  assert.equal(bench.report.counts.unreadAnswers, 1)
})

test('exchanges that are never answered are forgotten', () => {
  const bench = new CorrelatorBench()
  const first = bench.request(post('/login'))
  bench.production(first, login.production)
  bench.now += 601_000_000
  const use = bench.request(get('/me', `Cookie: sid=${sid.production}\r\n`))
  assert.equal(bench.correlator.rewrite(use, false), use)
  assert.equal(bench.report.counts.unmatched, 1)
})

test('in a loop over a file requests that are never answered cost nothing but once', () => {
  const bench = new CorrelatorBench()
  const { correlator, report } = bench
  const unanswered = createRequest({
    sequence: 500,
    payload: post('/login', 'x'.repeat(1_000_000)),
  })
  for (let turn = 0; turn < 100; turn++) {
    correlator.expect(unanswered)
    bench.production(unanswered, ok('{"token":"n1o2p3q4"}'))
  }
  assert.equal(report.counts.unmatched, 99)
  correlator.giveUp(unanswered.id)
  const use = bench.request(get('/me', 'Authorization: Bearer n1o2p3q4\r\n'))
  assert.equal(correlator.rewrite(use, false), use)
  bench.exchange(post('/login'), login)
  const request = get('/me', `Cookie: sid=${sid.production}\r\n`)
  assert.match(bench.send(request), new RegExp(sid.target))
})

test('no request waits for its own answer, nor for one that came after it was sent', () => {
  const bench = new CorrelatorBench()
  const page = ok('{"sku":"a1b2c3d4"}')
  const [first, second] = [bench.request(get('/p/a1b2c3d4')), bench.request(get('/p/a1b2c3d4'))]
  for (const request of [first, second]) bench.production(request, page)
  assert.equal(bench.correlator.rewrite(first, false), first)
  assert.equal(bench.correlator.rewrite(second, false), null)
  const { correlator } = bench
  const answered = bench.request(get('/n'))
  bench.production(answered, ok('{"key":"e5f6g7h8"}'), 2_000)
  const before = { ...createRequest({ sequence: 90, at: 1_000, payload: get('/p/e5f6g7h8') }) }
  const after = { ...createRequest({ sequence: 91, at: 3_000, payload: get('/p/e5f6g7h8') }) }
  for (const request of [before, after]) correlator.expect(request)
  assert.equal(correlator.rewrite(before, false), before)
  assert.equal(correlator.rewrite(after, false), null)
})
