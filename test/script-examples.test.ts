// The examples of docs/shaping.md do what they say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../src/model/message.ts'
import { loadScript } from '../src/shape/io/script-loader.ts'
import { ScriptStage } from '../src/shape/script-stage.ts'
import { createRequest } from './support/messages.ts'

async function load(name: string, outputs: readonly string[] = []): Promise<ScriptStage> {
  const script = await loadScript(`${import.meta.dirname}/../docs/examples/${name}.ts`)
  const onThrown = (_: string, error: unknown) => assert.fail(String(error))
  return new ScriptStage({ script, outputs, now: () => 0, onThrown })
}

const ask = (line: string, fields = '', sequence = 0): Message =>
  createRequest({ sequence, payload: `${line} HTTP/1.1\r\n${fields}\r\n` })

function answer(request: Message, kind: 'response' | 'replayed', token: string): Message {
  const payload = Buffer.from(`HTTP/1.1 200 OK\r\nSet-Cookie: token=${token}; HttpOnly\r\n\r\n`)
  return { ...request, kind, payload }
}

test('rewrite-tokens gives later requests the token that the candidate issued', async () => {
  const stage = await load('rewrite-tokens')
  const login = ask('POST /login')
  for (const message of [
    login,
    answer(login, 'response', 'abc'),
    answer(login, 'replayed', 'xyz'),
  ]) {
    assert.equal(stage.pass(message), message)
  }
  const [known, other] = ['abc', 'def'].map((token) =>
    ask(`GET /cart?token=${token}`, `Cookie: theme=dark; token=${token}\r\n`, 1),
  )
  const expected = String(known!.payload).replaceAll('abc', 'xyz')
  assert.equal(String(stage.pass(known!)!.payload), expected)
  assert.equal(stage.pass(other!), other)
})

test('drop-writes lets reading requests and logins pass', async () => {
  const stage = await load('drop-writes')
  const lines = ['GET /a', 'HEAD /a', 'POST /login', 'POST /orders', 'DELETE /a']
  const passed = lines.map((line) => stage.pass(ask(line)) !== null)
  assert.deepEqual(passed, [true, true, true, false, false])
})

test('route-tenants sends each tenant’s requests to its own outputs', async () => {
  const names = ['http://blue', 'http://green', 'http://common|10%', '--output-file big.gor']
  const stage = await load('route-tenants', names)
  const outputs = ['X-Tenant: acme', 'Host: globex.example', 'Host: initech.example'].map(
    (field) => stage.pass(ask('GET /', `${field}\r\n`))!.outputs,
  )
  assert.deepEqual(outputs, [[names[0], names[3]], [names[1]], [names[2]]])
})
