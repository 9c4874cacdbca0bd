// Time and chance as they really are.
import { setTimeout as wait } from 'node:timers/promises'
import type { World } from '../model/world.ts'

export const realWorld: World = {
  // The monotonic clock, set against the wall clock once at the start.
  now: () => Math.floor((performance.timeOrigin + performance.now()) * 1_000),
  sleep: (duration) => wait(duration / 1_000),
  random: Math.random,
  soon: setImmediate,
}
