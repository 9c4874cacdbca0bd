import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsoleRun, ConsoleRuns, RulesChange, RulesView } from '../model/console.ts'
import { OperatorError } from '../model/operator-error.ts'
import { type ConsoleApiOptions, createConsoleApi } from './api.ts'

const rules: RulesView = {
  file: 'rules.yaml',
  trouble: null,
  rules: [],
  uses: [],
  noise: [],
  undoable: 0,
  verdict: 'fail',
  revision: 0,
}

function createRun(parts: Partial<ConsoleRun> = {}): ConsoleRun {
  const none = async () => null
  return {
    id: 'a',
    overview: async () => ({ id: 'a' }) as never,
    series: async () => [],
    causes: async () => ({
      ...{ causes: [], more: 0, findings: [], drift: { exchanges: 0, entities: [] }, moreDrift: 0 },
      ...{ advice: { total: 0, findings: [] }, accepted: { total: 0, findings: [] } },
    }),
    endpoints: async () => [],
    endpoint: none,
    findExchanges: async () => ({ total: 0, entries: [] }),
    exchange: none,
    rules: async () => rules,
    changeRules: async () => rules,
    reask: none,
    capacity: async () => ({ views: [], unreadable: [] }),
    ...parts,
  }
}

function createApi(parts: Partial<ConsoleApiOptions> = {}, run: ConsoleRun = createRun()) {
  const runs: ConsoleRuns = {
    list: async () => [],
    get: async (id) => (id === run.id ? run : null),
  }
  const page = { bytes: Buffer.from('<!doctype html>'), type: 'text/html', immutable: false }
  return createConsoleApi({
    runs,
    access: { token: null, names: [], cookie: 'c', isSame: (a, b) => a === b },
    asset: (path) => (path === '/index.html' ? page : null),
    ticks: () => (async function* () {})(),
    listenersMax: 1,
    metrics: null,
    ...parts,
  })
}

const get = (path: string) => new Request(`http://localhost:7070${path}`)
const post = (path: string, body: unknown, type = 'application/json') => {
  const headers = { 'content-type': type, origin: 'http://localhost:7070' }
  const request = new Request(`http://localhost:7070${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  request.headers.set('origin', headers.origin)
  return request
}

const answers: readonly (readonly [what: string, request: Request, status: number])[] = [
  ['the page', get('/'), 200],
  ['a file that is none', get('/../secret'), 404],
  ['the list of runs', get('/api/runs'), 200],
  ['a run that is none', get('/api/runs/b/overview'), 404],
  ['what a run has not', get('/api/runs/a/endpoint?name=x'), 404],
  ['a part that is none', get('/api/runs/a/constructor'), 404],
  ['a change of rules', post('/api/runs/a/rules', { kind: 'undo' }), 200],
  ['a change that is none', post('/api/runs/a/rules', { kind: 'all' }), 400],
  ['a change in a form', post('/api/runs/a/rules', { kind: 'undo' }, 'text/plain'), 415],
  ['a change of what cannot be changed', post('/api/runs/a/causes', {}), 404],
]

for (const [what, request, status] of answers) {
  test(`${what} is answered with ${status}`, async () => {
    assert.equal((await createApi()(request)).status, status)
  })
}

test('every answer, refusals too, lets a browser do as little as possible', async () => {
  const api = createApi()
  for (const request of [get('/'), get('/api/runs'), new Request('http://evil.example/')]) {
    const { headers } = await api(request)
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*trusted-types/)
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe|\*/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }
})

test('metrics of a run under way are read by a scraper, and finished runs have none', async () => {
  const metrics = async () => ({ text: 'up 1\n', type: 'text/plain; version=0.0.4' })
  const response = await createApi({ metrics })(get('/metrics'))
  assert.deepEqual(
    [response.status, response.headers.get('content-type'), await response.text()],
    [200, 'text/plain; version=0.0.4', 'up 1\n'],
  )
  const none = await createApi()(get('/metrics'))
  assert.equal(none.status, 404)
  assert.match(await none.text(), /^finished runs have no metrics.*\n$/)
  const access = { token: 't', names: [], cookie: 'c', isSame: (a: string, b: string) => a === b }
  assert.equal((await createApi({ metrics, access })(get('/metrics'))).status, 401)
})

test('what the operator has to put right is told', async () => {
  const changeRules = async (_: RulesChange) => {
    throw new OperatorError('cannot-write', 'rules.yaml cannot be written', 'make room')
  }
  const api = createApi({}, createRun({ changeRules }))
  const response = await api(post('/api/runs/a/rules', { kind: 'undo' }))
  assert.deepEqual(
    [response.status, await response.text()],
    [409, 'rules.yaml cannot be written; make room\n'],
  )
})

test('pages that listen are counted, and one too many comes later', async () => {
  const api = createApi()
  const first = await api(get('/api/runs/a/events'))
  assert.equal((await api(get('/api/runs/a/events'))).status, 503)
  assert.match(await first.text(), /^data: {"id":"a"/)
  assert.equal((await api(get('/api/runs/a/events'))).status, 200)
})

test('a token comes into a cookie, and out of the address', async () => {
  const access = { token: 't', names: [], cookie: 'c', isSame: (a: string, b: string) => a === b }
  const api = createApi({ access })
  assert.equal((await api(get('/'))).status, 401)
  const login = await api(get('/?token=t'))
  assert.deepEqual([login.status, login.headers.get('location')], [303, '/'])
})
