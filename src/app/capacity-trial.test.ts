import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlotGenerator } from '../../sim/slot-generator.ts'
import { plainService, SlotService, type SlotServiceOptions } from '../../sim/slot-service.ts'
import { SimWorld } from '../../sim/world.ts'
import { createTraffic, plan } from '../../test/support/capacity.ts'
import { trialCounters } from '../capacity/trial-log.ts'
import { AnswerReader } from './answer-reader.ts'
import { type LoadGenerator, measureTrial, type PlayedTrial, playTrial } from './capacity-trial.ts'

const traffic = createTraffic({ count: 1_000, perSecond: 100 })
const load = plan(traffic, 1)

async function play(
  service: Partial<SlotServiceOptions>,
  look: (elapsed: number) => boolean = () => false,
  change: (generator: LoadGenerator) => LoadGenerator = (generator) => generator,
): Promise<PlayedTrial> {
  const world = new SimWorld(1)
  const options = { ...plainService, slots: 4, serviceTime: 20_000, ...service }
  const generator = change(createSlotGenerator({ world, service: new SlotService(options) }))
  const found: { played: PlayedTrial | null } = { played: null }
  const watch = {
    world,
    grace: 1_000_000,
    answers: new AnswerReader(traffic),
    look: ({ elapsed }: { elapsed: number }) => look(elapsed),
  }
  await world.run(
    playTrial(generator, load, watch).then((played) => {
      found.played = played
    }),
  )
  return found.played!
}

test('a trial is over when its last request is answered', async () => {
  const played = await play({})
  assert.equal(played.ended, 'over')
  assert.ok(played.now >= 10_000_000 && played.now < 10_200_000)
  const { load: measured, seconds, generator } = measureTrial(traffic, played, 300_000)
  assert.deepEqual([measured.offered, measured.answered, seconds], [800, 800, 8])
  assert.deepEqual(generator, { lateP99: 250, loopLagP99: 0, busy: 0, exhausted: 0 })
})

test('answers behind the end are waited for only so long', async () => {
  const played = await play({ serviceTime: 100_000 })
  assert.equal(played.ended, 'over')
  assert.ok(played.now >= 11_000_000 && played.now < 11_200_000)
  assert.ok(measureTrial(traffic, played, 300_000).load.waiting > 0)
})

test('a trial with very many errors is ended at once', async () => {
  const played = await play({ rate: { perSecond: 50, burst: 0 } })
  assert.equal(played.ended, 'hard-errors')
  assert.ok(played.now < 2_000_000)
  assert.ok(measureTrial(traffic, played, 300_000).load.errors > 0)
})

test('one whose connections are refused is ended at once', async () => {
  const refusing = (generator: LoadGenerator): LoadGenerator => ({
    ...generator,
    play: (trial, stop, onAnswer) => {
      trial.log.counters[trialCounters.refused] = 1
      return generator.play(trial, stop, onAnswer)
    },
  })
  assert.equal((await play({}, () => false, refusing)).ended, 'refused')
})

test('whoever watches may end it', async () => {
  const played = await play({}, (elapsed) => elapsed > 3_000_000)
  assert.equal(played.ended, 'seen-enough')
  assert.ok(played.now < 3_200_000)
})

test('a generator that fails ends the trial with its error', async () => {
  const failing = (generator: LoadGenerator): LoadGenerator => ({
    ...generator,
    play: () => Promise.reject(new Error('a bug')),
  })
  await assert.rejects(
    play({}, () => false, failing),
    /a bug/,
  )
})
