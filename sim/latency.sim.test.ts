// Whether a candidate is slower, judged on busy hosts in virtual time, by seed. A failure names its
// seed: SEED=… npm run sim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../src/base/seeded-random.ts'
import { defaultGateOptions } from '../src/compare/judge/gates.ts'
import { findSlowdowns } from '../src/compare/judge/latency-gate.ts'
import { RunTallyKeeper } from '../src/compare/judge/run-tally-keeper.ts'
import type { RunTally } from '../src/model/run-tally.ts'
import { createAnswers, createComparison } from '../test/support/comparisons.ts'
import { BusyHost, createPhases } from './busy-hosts.ts'

const count = Number(process.env.SEEDS ?? 50)
const seeds = Array.from({ length: count }, (_, index) => index + 1)
const chosen = process.env.SEED === undefined ? seeds : [Number(process.env.SEED)]

/** How the baseline is asked twice: at a second one, again at the same one, or not at all. */
type Control = 'second' | 'again' | 'none'

interface Scenario {
  readonly control: Control
  readonly seconds: number
  readonly perSecond: number
  /** Without stalls and bad minutes, but with chance of its own for every answer. */
  readonly isQuiet?: boolean
  /** What the candidate takes at the endpoint that was changed. */
  readonly slower?: (latency: number) => number
}

const usualMillis = [12, 20, 40, 25, 80, 8, 150, 33]
const changed = 'GET /e2'
const second = 1_000_000
/** Of the requests that are asked again. */
const againShare = 0.1

function play(seed: number, scenario: Scenario): RunTally {
  const { control, seconds, perSecond, isQuiet = false, slower } = scenario
  const random = createRandom(seed)
  const length = isQuiet ? 0 : seconds * second
  const shared = createPhases(seed * 7, length)
  const host = (number: number) => new BusyHost(seed * 100 + number * 10, length, shared)
  const [first, own] = [host(1), host(2)]
  const again = control === 'second' ? host(3) : first
  // Whoever is asked later finds the data warm, or the machine busy with the others.
  const byOrder = isQuiet ? 0 : (random() - 0.5) * 0.4
  const isAgainLast = seed % 2 === 1
  const chance = () => Math.exp((random() + random() + random() - 1.5) * 0.5)
  const keeper = new RunTallyKeeper()
  for (let at = 0; at < seconds * second; at += (-Math.log(1 - random()) / perSecond) * second) {
    const index = Math.floor(random() * random() * usualMillis.length)
    const endpoint = `GET /e${index}`
    const work = usualMillis[index]! * 1_000 * chance()
    const isTwice = control === 'second' || (control === 'again' && random() < againShare)
    const [firstRank, ownRank, againRank] = drawOrder(random, isAgainLast)
    const ask = (server: BusyHost, rank: number, millis: number) =>
      server.latency(at + rank * 2_000, millis * (1 + byOrder * rank) * chance())
    const usual = slower !== undefined && endpoint === changed ? slower(work) : work
    const answers = {
      baseline: { latency: ask(first, firstRank, work) },
      candidate: { latency: ask(own, ownRank, usual) },
      ...(isTwice ? { baseline2: { latency: ask(again, againRank, work) } } : {}),
    }
    const { production: _, baseline2, ...both } = createAnswers(answers)
    const all = isTwice ? { ...both, baseline2: baseline2! } : both
    const mode = isTwice ? 'baseline-twice' : 'baseline'
    const comparison = createComparison({ at, endpoint, mode, answers: all })
    keeper.add(comparison, { target: '/', features: [], isKept: false, orphan: false })
  }
  return keeper.tally()
}

type Ranks = readonly [first: number, own: number, again: number]

/** Each in its turn, or the second asking of the baseline behind the others. */
function drawOrder(random: () => number, isAgainLast: boolean): Ranks {
  const ownFirst = random() < 0.5
  const againRank = isAgainLast ? 2 : Math.floor(random() * 3)
  const [earlier, later] = [againRank === 0 ? 1 : 0, againRank === 2 ? 1 : 2]
  return ownFirst ? [later, earlier, againRank] : [earlier, later, againRank]
}

function findIn(seed: number, scenario: Scenario): readonly string[] {
  const { findings } = findSlowdowns(play(seed, scenario), defaultGateOptions)
  return findings.map(({ endpoint, why }) => `${endpoint} ${why}`)
}

const clean = [
  [60, 20],
  [100, 15],
  [200, 15],
] as const

for (const control of ['second', 'again', 'none'] as const) {
  test(`no clean candidate is slower on busy hosts; a baseline asked twice: ${control}`, () => {
    for (const seed of chosen) {
      for (const [seconds, perSecond] of clean) {
        const found = findIn(seed, { control, seconds, perSecond })
        assert.deepEqual(found, [], `SEED=${seed} npm run sim`)
      }
    }
  })
}

const regressions = [
  ['30 % slower', (latency: number) => latency * 1.3],
  ['20 ms slower', (latency: number) => latency + 20_000],
] as const

/** About 440 requests of the changed endpoint, as docs/comparing.md says. */
const told = { seconds: 200, perSecond: 15, isQuiet: true }

for (const [name, slower] of regressions) {
  for (const control of ['second', 'again', 'none'] as const) {
    test(`${name} is found on quiet hosts; a baseline asked twice: ${control}`, () => {
      const found = chosen.map((seed) => findIn(seed, { ...told, control, slower }))
      const right = found.filter(([first, more]) => first?.startsWith(changed) && !more)
      assert.ok(right.length >= chosen.length * 0.9, `${right.length} of ${chosen.length}`)
      const wrong = found.flat().filter((text) => !text.startsWith(changed))
      assert.deepEqual(wrong, [])
    })
  }
}
