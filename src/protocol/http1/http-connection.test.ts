import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get, ok, post, tunnel, upgrade } from '../../../test/support/check-framer.ts'
import { followSteps, type Step } from '../../../test/support/connection-steps.ts'
import { MemoryBudget } from '../../base/memory-budget.ts'
import { HttpConnection, type HttpConnectionOptions } from './http-connection.ts'

type Setting = Partial<Omit<HttpConnectionOptions, 'budget'>> & { readonly budgetBytes?: number }

/** Asserts what comes of the steps, and that all memory is given back. */
function check(steps: readonly Step[], expected: readonly string[], setting: Setting = {}): void {
  const budget = new MemoryBudget(setting.budgetBytes ?? 1 << 20)
  const options = {
    limits: { headBytesMax: 4096, messageBytesMax: 4096 },
    synchronized: true,
    responses: true,
    allowIncomplete: false,
    markHeader: 'x-rehearsal',
    ...setting,
    budget,
  }
  const heard = followSteps((listener) => new HttpConnection(options, listener), steps)
  assert.deepEqual(heard, expected)
  assert.equal(budget.used(), 0)
}

const head = 'HEAD / HTTP/1.1\r\n\r\n'
const noBody = 'HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n'
const notModified = 'HTTP/1.1 304 Not Modified\r\nContent-Length: 700\r\n\r\n'
const noContent = 'HTTP/1.1 204 No Content\r\n\r\n'
const continued = 'HTTP/1.1 100 Continue\r\n\r\n'
const switched = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'
const untilClose = 'HTTP/1.1 200 OK\r\n\r\nto the end'
const expecting = 'PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'
const marked = 'GET / HTTP/1.1\r\nX-Rehearsal: 1\r\n\r\n'

const cases: readonly [string, readonly Step[], readonly string[]][] = [
  [
    'each response has the number of its request',
    [`> ${get}`, `< ${ok}`, `> ${post}`, `< ${noContent}`],
    [`request 0: ${get}`, `response 0: ${ok}`, `request 1: ${post}`, `response 1: ${noContent}`],
  ],
  [
    'responses to HEAD and those with status 204 and 304 have no body',
    [`> ${head}`, `< ${noBody}`, `> ${get}`, `< ${notModified}`, `> ${get}`, `< ${ok}`],
    [
      `request 0: ${head}`,
      `response 0: ${noBody}`,
      `request 1: ${get}`,
      `response 1: ${notModified}`,
      `request 2: ${get}`,
      `response 2: ${ok}`,
    ],
  ],
  [
    'pipelined requests are told as such, and answered in order',
    [`> ${head}${get}`, `>> ${post}`, `< ${noBody}${ok}`, `< ${noContent}`, `> ${get}`],
    [
      `request 0: ${head}`,
      `request 1 pipelined: ${get}`,
      `request 2 pipelined: ${post}`,
      `response 0: ${noBody}`,
      `response 1: ${ok}`,
      `response 2: ${noContent}`,
      `request 3: ${get}`,
      'lost: no-response',
    ],
  ],
  [
    'interim responses are left out, as that to Expect',
    [`> ${expecting}`, `< ${continued}`, '> ab', `< ${continued}${ok}`],
    [`request 0: ${expecting}ab`, `response 0: ${ok}`],
  ],
  [
    'a response goes to the end of the connection where it does not say its length',
    [`> ${get}`, `< ${untilClose}`, '< !', '<.'],
    [`request 0: ${get}`, `response 0: ${untilClose}!`],
  ],
  [
    'a response that comes before its request is whole is given after it',
    [`> ${post.slice(0, -2)}`, `< ${ok}`, `> ${post.slice(-2)}`],
    [`request 0: ${post}`, `response 0: ${ok}`],
  ],
  [
    'a response to a request that is never whole has no request',
    [`> ${post.slice(0, -2)}`, `< ${ok}`, '>.'],
    ['lost: truncated', 'lost: no-request'],
  ],
  [
    'a response that nobody asked for is no pair of the next request',
    [`< ${ok}`, `> ${get}`, `< ${ok}`, `> ${get}`, `< ${ok}`],
    [
      `request 0: ${get}`,
      'lost: no-response',
      'lost: no-request',
      `request 1: ${get}`,
      `response 1: ${ok}`,
    ],
  ],
  [
    'a marked request is lost as such, and so is its response',
    [`> ${marked}`, `< ${ok}`, `> ${get}`, `< ${ok}`],
    ['lost: marked', 'lost: marked', `request 1: ${get}`, `response 1: ${ok}`],
  ],
  [
    'a body whose length is known may lose bytes, of either side, and the order stands',
    [`> ${post.slice(0, -3)}`, '>- 3', `< ${ok}`, `> ${get}`, `< ${ok.slice(0, -2)}`, '<- 2'],
    ['lost: gap', 'lost: no-request', `request 0: ${get}`, 'lost: gap'],
  ],
  [
    'after an upgrade, bytes of both sides are given as they are',
    [`> ${upgrade}`, `< ${switched}hi`, '> \x81one', '> GET', '< \x81two', '> three'],
    [
      `request 0: ${upgrade}`,
      `response 0: ${switched}`,
      'response 0 raw: hi',
      'request 1 raw: \x81one',
      'request 2 pipelined raw: GET',
      'response 2 raw: \x81two',
      'request 3 raw: three',
    ],
  ],
  [
    'an accepted CONNECT is an upgrade; a refused one is none',
    [`> ${tunnel}`, `< ${ok}`, `> ${tunnel}`, '< HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'],
    [
      `request 0: ${tunnel}`,
      'response 0: HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n',
      'response 0 raw: ok',
      `request 1 raw: ${tunnel}`,
      'response 1 raw: HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n',
    ],
  ],
  [
    'a side of an upgraded connection is followed to its first gap',
    [`> ${upgrade}`, `< ${switched}`, '> one', '<- 4', '< two', '> three', '>- 1', '> four'],
    [
      `request 0: ${upgrade}`,
      `response 0: ${switched}`,
      'request 1 raw: one',
      'lost: gap',
      'request 2 raw: three',
      'lost: gap',
    ],
  ],
  [
    'an upgrade that is not captured carries nothing',
    [`> ${upgrade.replace('\r\n', '\r\nX-Rehearsal: 1\r\n')}`, `< ${switched}`, '> \x81', '< \x82'],
    ['lost: marked', 'lost: marked'],
  ],
]

for (const [sentence, steps, expected] of cases) {
  test(sentence, () => check(steps, expected))
}

test('an upgrade is certain where pairs are not, and counted where its request is not known', () => {
  const setting = { synchronized: false }
  check(
    [`> ${upgrade}`, `< ${switched}`, '> one', '< two'],
    [`request 0: ${upgrade}`, 'request 1 raw: one', 'response 1 raw: two', 'lost: no-response'],
    setting,
  )
  check([`< ${switched}`, '> one', '< two'], ['lost: not-http', 'lost: no-request'], setting)
})

test('without responses, what follows a request for an upgrade and is no HTTP is given as it is', () => {
  const setting = { responses: false }
  check(
    [`> ${upgrade}`, '> \x81one', '> two'],
    [`request 0: ${upgrade}`, 'request 1 pipelined raw: \x81one', 'request 2 pipelined raw: two'],
    setting,
  )
  check(
    [`> ${upgrade}`, `> ${get}`],
    [`request 0: ${upgrade}`, `request 1 pipelined: ${get}`],
    setting,
  )
  check([`> ${get}`, '> \x81one'], [`request 0: ${get}`, 'lost: not-http'], setting)
  // A method at first sight, so that it is stored before it shows.
  check(
    [`> ${upgrade}`, '> GE', '> T\x00', '> x'],
    [`request 0: ${upgrade}`, 'request 1 pipelined raw: GET\x00', 'request 2 pipelined raw: x'],
    setting,
  )
})

test('what came of a cut message is given where that is asked for', () => {
  const setting = { allowIncomplete: true }
  const cut = post.slice(0, -2)
  check(
    [`> ${cut}`, '>- 2', `< ${ok}`, `> ${get}`, `< ${ok.slice(0, -1)}`],
    [
      `request 0: ${cut}`,
      `response 0: ${ok}`,
      `request 1: ${get}`,
      `response 1: ${ok.slice(0, -1)}`,
    ],
    setting,
  )
  check(['> POST / HTT'], ['lost: truncated'], setting)
})

test('an early response for which there is no memory is counted', () => {
  const large = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ${'x'.repeat(200)}\r\n\r\n`
  const steps = [`> ${post.slice(0, -2)}`, `< ${large}`, '> lo']
  check(steps, ['lost: memory', `request 0: ${post}`], { budgetBytes: 280 })
})
