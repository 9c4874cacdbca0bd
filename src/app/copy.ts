// The copy program: from every input, through what shapes the messages, to every output; and the
// order in which all of it starts, ticks and ends.
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Micros, Source } from '../model/message.ts'
import type { RunObserver } from '../model/run-observer.ts'
import type { World } from '../model/world.ts'
import type { HttpStage } from '../shape/http-rules.ts'
import type { Limiter } from '../shape/limit.ts'
import { createDispatch, type OutputRoute } from './dispatch.ts'
import { Intake, type MessageFilter } from './intake.ts'
import type { OutcomeFeed } from './outcome-feed.ts'

export interface CopyInput {
  readonly name: string
  readonly messages: Source<Message>
  readonly account: SourceAccount
  readonly limiter: Limiter | null
  /** Where it listens, where it was told to take any port. */
  readonly port?: number
  /** Asks for no more; the source then hands over what it has and ends. */
  stop(): void
}

export type CopyOutput = OutputRoute

export interface CopyOptions {
  readonly world: World
  readonly inputs: readonly CopyInput[]
  readonly outputs: readonly CopyOutput[]
  /** Another program that messages pass behind their input's limit. */
  readonly middleware?: MessageFilter | null
  /** What requests of every input pass then; null lets all through unchanged. */
  readonly shape: HttpStage | null
  /** What all messages pass last. */
  readonly script?: HttpStage | null
  /** What came of the requests that targets were given. */
  readonly outcomes?: OutcomeFeed | null
  /** Where answers of the outputs of these names count as captured, to go on like a message. */
  readonly replayed?: ReadonlyMap<string, SourceAccount>
  readonly observers?: readonly RunObserver[]
  /** Share client connections out, round robin, instead of a copy to each output. */
  readonly split: boolean
  /** Ends the run as the end of all inputs does. */
  readonly stop: AbortSignal
  /** For what is queued and in flight when the run is stopped. */
  readonly drainMax: Micros
  /** The same where its inputs end by themselves (`drainMax`). */
  readonly settleMax?: Micros
}

/**
 * Runs until all inputs have ended or `stop` is set; then every message has met its fate. An input
 * that fails ends the run in the same order, and its error is thrown at the very end.
 */
export async function copy(options: CopyOptions): Promise<void> {
  const { world, inputs, stop } = options
  const run = { over: false }
  const intake = createIntake(options)
  bringBackReplayed(options, intake)
  const ticking = tick(options, run)
  const stopInputs = () => {
    for (const input of inputs) input.stop()
  }
  stop.addEventListener('abort', stopInputs)
  if (stop.aborted) stopInputs()
  const failures: unknown[] = []
  const readings = inputs.map((input) => readInput(input, intake, world))
  const endAll = (error: unknown) => {
    failures.push(error)
    stopInputs()
  }
  await Promise.all(readings.map((reading) => reading.catch(endAll)))
  await drain(options)
  await Promise.all((options.observers ?? []).map((observer) => observer.finish?.()))
  run.over = true
  await ticking
  await Promise.all(options.outputs.map(({ output }) => output.close()))
  if (failures.length > 0) throw failures[0]
}

const tickInterval: Micros = 100_000
/** Of a run that waits for its first messages, or its next: half of what idling costs is ticks. */
const idleTickInterval: Micros = 200_000
const drainTick: Micros = 10_000

async function tick(options: CopyOptions, run: { readonly over: boolean }): Promise<void> {
  const { middleware, outputs, observers = [] } = options
  const isWatched = Boolean(middleware) || observers.some((observer) => observer.tick !== undefined)
  while (!run.over) {
    const isIdle = !isWatched && outputs.every(({ output }) => output.idle())
    await options.world.sleep(isIdle ? idleTickInterval : tickInterval)
    const now = options.world.now()
    middleware?.tick(now)
    for (const { output } of outputs) output.tick(now)
    for (const observer of observers) observer.tick?.(now)
  }
}

/** Outputs first, for what targets answer may pass the middleware once more. */
async function drain(options: CopyOptions): Promise<void> {
  const { world, outputs, middleware } = options
  const isOver = createDeadline(options)
  const settle = async (isSettled: () => boolean) => {
    while (!isOver() && !isSettled()) await world.sleep(drainTick)
  }
  const isIdle = () => outputs.every(({ output }) => output.idle())
  if (middleware) {
    await settle(() => isIdle() && middleware.quiet(world.now()))
    await middleware.end()
  }
  await settle(isIdle)
}

/** Who ends the run waits for it, also where it was at its end already. */
function createDeadline({ world, stop, drainMax, settleMax = drainMax }: CopyOptions) {
  let until = world.now() + (stop.aborted ? drainMax : settleMax)
  stop.addEventListener('abort', () => {
    until = Math.min(until, world.now() + drainMax)
  })
  return (): boolean => world.now() >= until
}

function createIntake(options: CopyOptions): Intake {
  const { world, outputs, split, observers = [] } = options
  const dispatch = createDispatch(outputs, split)
  const observe = observers.flatMap((observer) => observer.captured?.bind(observer) ?? [])
  return new Intake({
    middleware: options.middleware ?? null,
    shape: options.shape,
    script: options.script ?? null,
    onMessages: (batch) => {
      if (observe.length > 0) {
        const captured = withoutReplayed(batch)
        if (captured.length > 0) for (const see of observe) see(captured)
      }
      dispatch(batch, world.now())
    },
  })
}

function isReplayed({ kind }: Message): boolean {
  return kind === 'replayed'
}

function withoutReplayed(batch: readonly Message[]): readonly Message[] {
  return batch.some(isReplayed) ? batch.filter((message) => !isReplayed(message)) : batch
}

/** Tells observers of every outcome, and takes the answers in as a source does. */
function bringBackReplayed(options: CopyOptions, intake: Intake): void {
  const { world, outcomes, replayed = new Map(), observers = [] } = options
  const observe = observers.flatMap((observer) => observer.outcome?.bind(observer) ?? [])
  const returns = new Map(
    [...replayed].map(([target, account]) => [target, intake.open(account, null)]),
  )
  let waiting: Message[] = []
  const flush = () => {
    const batch = waiting
    waiting = []
    for (const [target, take] of returns) {
      const own = batch.filter((message) => message.target === target)
      if (own.length > 0) take(own, world.now())
    }
  }
  const bring = (message: Message) => {
    if (!returns.has(message.target ?? '')) return
    // In one batch what came in one read, and never into an output that is in the middle of one.
    if (waiting.length === 0) void Promise.resolve().then(flush)
    waiting.push(message)
  }
  outcomes?.subscribe((outcome) => {
    for (const see of observe) see(outcome)
    if (outcome.kind === 'answered') bring(outcome.response)
    else if (outcome.reason === 'response-too-long') {
      replayed.get(outcome.target)?.dropped('message-too-long', 1)
    }
  })
  outcomes?.subscribeTunnels(bring)
}

async function readInput(input: CopyInput, intake: Intake, world: World): Promise<void> {
  const take = intake.open(input.account, input.limiter)
  for await (const batch of input.messages) take(batch, world.now())
}
