// Correlation against an oracle: the shop's visitors know every value that an instance issued, and
// so what each request has to look like there, byte for byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCast } from '../shop/cast.ts'
import type { DriftKind } from '../shop/drift.ts'
import { allDrift } from '../shop/drift.ts'
import { CorrelatorBench } from './support/correlator-bench.ts'

interface Accuracy {
  readonly requests: number
  /** Requests that differ between production and candidate. */
  readonly differing: number
  /** Sent to the candidate as the oracle has it. */
  readonly right: number
  /** Changed though the candidate has to get production's own. */
  readonly wronglyChanged: number
}

function measure(drift: ReadonlySet<DriftKind>): Accuracy {
  const bench = new CorrelatorBench({ pairsMax: 100_000 })
  const { play } = createCast({ seed: 5, drift, requests: 6_000 })
  let [requests, differing, right, wronglyChanged] = [0, 0, 0, 0]
  for (const { production, others } of play()) {
    const request = bench.request(production.request)
    const sent = Buffer.from(bench.correlator.rewrite(request, true)!.payload)
    bench.production(request, production.response)
    bench.replayed(request, others.candidate.response)
    const isRight = sent.equals(others.candidate.request)
    const differs = !others.candidate.request.every((octet, at) => octet === request.payload[at])
    requests += 1
    if (differs) differing += 1
    if (isRight) right += 1
    if (!isRight && !differs) wronglyChanged += 1
  }
  return { requests, differing, right, wronglyChanged }
}

test('with other sessions, tokens, ids and order of lists, every request is as the oracle has it', (context) => {
  const { requests, differing, right } = measure(new Set())
  context.diagnostic(`${right} of ${requests} requests right, ${differing} of them differ`)
  assert.ok(differing > requests / 4, `${differing}`)
  assert.equal(right, requests)
})

test('with other data as well, hardly a request is changed that has to stay', (context) => {
  const { requests, right, wronglyChanged } = measure(allDrift)
  context.diagnostic(`${right} of ${requests} requests right, ${wronglyChanged} wrongly changed`)
  assert.ok(wronglyChanged <= requests * 0.005, `${wronglyChanged}`)
  assert.ok(right >= requests * 0.95, `${right}`)
})
