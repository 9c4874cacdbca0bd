import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResponsePairing } from './response-pairing.ts'

const at = (sequence: number, acknowledgement: number | null) => ({ sequence, acknowledgement })

/** A request that begins there, is captured, and has that number. */
function ask(pairing: ResponsePairing, sequence: number, received: number, isQuiet = false): void {
  const exchange = pairing.begin(at(sequence, received), isQuiet)
  pairing.captured(exchange, sequence)
}

test('requests are answered in order', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, 10, 100)
  ask(pairing, 20, 100)
  assert.equal(pairing.respond(at(100, 30))?.sequence, 10)
  assert.equal(pairing.respond(at(150, 30))?.sequence, 20)
})

test('a response of a server that had not read the request answers another one', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, 10, 100)
  assert.equal(pairing.respond(at(100, 10)), null)
  pairing.finish()
  assert.deepEqual(pairing.takeCounts(), { withoutResponse: 1, withoutRequest: 0 })
})

test('a response that the client had received before it asked answers another one', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, -5, 0x7fff_fff0)
  assert.equal(pairing.respond(at(0x7fff_ff00, 5)), null)
  assert.equal(pairing.isCertain(), false)
})

test('one lost response is followed by certain pairs where the next request is quiet', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, 10, 100)
  assert.equal(pairing.loseServer(false)?.sequence, 10)
  ask(pairing, 20, 150, true)
  assert.equal(pairing.respond(at(150, 30))?.sequence, 20)
})

test('where several responses may be lost, as many as requests have to come between two quiet moments', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, 10, 100)
  ask(pairing, 20, 100)
  pairing.loseServer(false)
  ask(pairing, 30, 150, true)
  assert.equal(pairing.respond(at(150, 40)), null)
  ask(pairing, 40, 200, true)
  assert.equal(pairing.respond(at(200, 50))?.sequence, 40)
  assert.deepEqual(pairing.takeCounts(), { withoutResponse: 2, withoutRequest: 0 })
})

test('a client that was seen to send between reading and reading on is not believed to wait', () => {
  const pairing = new ResponsePairing(true)
  ask(pairing, 10, 100)
  ask(pairing, 20, 110)
  pairing.loseClient(false)
  for (let number = 3; number < 9; number++) {
    ask(pairing, number * 10, number * 100, true)
    assert.equal(pairing.respond(at(number * 100, number * 10 + 10)), null)
  }
  pairing.finish()
  assert.deepEqual(pairing.takeCounts(), { withoutResponse: 8, withoutRequest: 0 })
})

test('a request that is lost before it was known counts among those that are unanswered', () => {
  const pairing = new ResponsePairing(true)
  pairing.loseClient(true)
  ask(pairing, 20, 100)
  assert.equal(pairing.respond(at(100, 40)), null)
  for (let number = 3; number < 9; number++) {
    ask(pairing, number * 10, number * 100, true)
    assert.equal(pairing.respond(at(number * 100, number * 10 + 20)), null)
  }
  pairing.finish()
  assert.deepEqual(pairing.takeCounts(), { withoutResponse: 7, withoutRequest: 0 })
})

test('more requests without a response than are remembered end the certainty', () => {
  const pairing = new ResponsePairing(true)
  for (let number = 0; number <= 1024; number++) ask(pairing, number, 100)
  assert.equal(pairing.isCertain(), false)
})
