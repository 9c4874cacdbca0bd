// Time and chance as they really are.
import type { World } from '../model/world.ts'

const startedAt = performance.timeOrigin

export const realWorld: World = {
  // The monotonic clock, set against the wall clock once at the start.
  now: () => Math.floor((startedAt + performance.now()) * 1_000),
  // Two thirds of the cost of the one of `node:timers/promises`, which could also be called off.
  // Timers take whole milliseconds and leave out what is over, which would wake too early.
  sleep: (duration) =>
    new Promise((resolve) => void setTimeout(resolve, Math.ceil(duration / 1_000))),
  random: Math.random,
  soon: setImmediate,
}
