import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followSteps, type Step } from '../../../test/support/connection-steps.ts'
import { MemoryBudget } from '../../base/memory-budget.ts'
import { RawConnection, type RawConnectionOptions } from './raw-connection.ts'

type Setting = Partial<Omit<RawConnectionOptions, 'budget'>> & { readonly budgetBytes?: number }

/** Asserts what comes of the steps, and that all memory is given back. */
function check(steps: readonly Step[], expected: readonly string[], setting: Setting = {}): void {
  const budget = new MemoryBudget(setting.budgetBytes ?? 1 << 20)
  const options = {
    messageBytesMax: 4096,
    responses: true,
    allowIncomplete: false,
    ...setting,
    budget,
  }
  const heard = followSteps((listener) => new RawConnection(options, listener), steps)
  assert.deepEqual(heard, expected)
  assert.equal(budget.used(), 0)
}

test('what a client sends between two reads is one request, and what answers it one response', () => {
  check(
    ['> GET a', '> \r\n', '< $1', '< \r\nx', '> GET b\r\n', '< $2'],
    [
      'request 0 raw: GET a\r\n',
      'response 0 raw: $1\r\nx',
      'request 1 raw: GET b\r\n',
      'response 1 raw: $2',
    ],
  )
})

test('a server that speaks first has an exchange of its own', () => {
  check(
    ['< hello', '> hi', '< ok'],
    ['response 0 raw: hello', 'request 1 raw: hi', 'response 1 raw: ok'],
  )
})

test('without responses, what the client has received meanwhile ends a request', () => {
  const setting = { responses: false }
  check(['> a', '> b', '< x', '> c', '>> d'], ['request 0 raw: ab', 'request 1 raw: cd'], setting)
})

test('silence ends a message; the next one was sent before an answer was read', () => {
  check(['> a', 'expire', '> b'], ['request 0 raw: a', 'request 1 pipelined raw: b'])
})

test('a message that reaches the ceiling is cut there', () => {
  const expected = ['request 0 raw: abcd', 'request 1 pipelined raw: ef']
  check(['> abcdef'], expected, { messageBytesMax: 4 })
})

test('a gap costs the message it is in, or the one that it begins', () => {
  check(
    ['> ab', '>- 2', '> cd', '< x', '> ef'],
    ['lost: gap', 'response 0 raw: x', 'request 1 raw: ef'],
  )
  check(
    ['> ab', '< x', '<- 1', '< y', '> c', '>- 1', '< z'],
    ['request 0 raw: ab', 'lost: gap', 'lost: gap', 'response 0 raw: z'],
  )
})

test('what came of a cut message is given where that is asked for', () => {
  const setting = { allowIncomplete: true }
  check(['> ab', '>- 2', '< x'], ['request 0 raw: ab', 'response 0 raw: x'], setting)
})

test('without memory a message is lost up to where the next one begins', () => {
  const expected = ['lost: memory', 'response 0 raw: x']
  check([`> ${'a'.repeat(1_000)}`, '> b', '< x'], expected, { budgetBytes: 600 })
})
