// An open loop: requests are due by the clock, however late earlier ones are answered.

/** Requests that are due together; fine enough that pacing adds little to a latency of 1 ms. */
const slotMillis = 2

export interface Pace {
  readonly perSecond: number
  /** Before the measuring window. */
  readonly warmSeconds: number
  readonly seconds: number
}

export interface PacedLoad {
  /** `due` is in milliseconds of `performance.now()`. */
  send(count: number, due: number): void
  /** The measuring window: everything sent from here on counts. */
  begin(): void
  end(): void
}

/** Calls `send` for each slot, as soon as it is due, until the window is over. */
export function runPaced(pace: Pace, load: PacedLoad): void {
  const start = performance.now() + slotMillis
  const warmSlots = Math.round((pace.warmSeconds * 1_000) / slotMillis)
  const slots = warmSlots + Math.round((pace.seconds * 1_000) / slotMillis)
  const dueBefore = (slot: number) => Math.floor((slot * slotMillis * pace.perSecond) / 1_000)
  let slot = 0
  const tick = () => {
    for (;;) {
      const due = start + slot * slotMillis
      const early = due - performance.now()
      if (early > 0) return void setTimeout(tick, early)
      if (slot === warmSlots) load.begin()
      if (slot === slots) return load.end()
      load.send(dueBefore(slot + 1) - dueBefore(slot), due)
      slot += 1
    }
  }
  tick()
}
