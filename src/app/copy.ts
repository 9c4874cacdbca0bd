// The copy program: from every input, past its limit and the rules, to every output, past its own;
// and the order in which all of it starts, ticks and ends.
import type { OutputAccount, SourceAccount } from '../model/ledger.ts'
import type { ConnectionId, ExchangeId, Message, Micros, Source } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { World } from '../model/world.ts'
import type { HttpStage } from '../shape/http-rules.ts'
import type { Limiter } from '../shape/limit.ts'

export interface CopyInput {
  readonly name: string
  readonly messages: Source<Message>
  readonly account: SourceAccount
  readonly limiter: Limiter | null
  /** Asks for no more; the source then hands over what it has and ends. */
  stop(): void
}

export interface CopyOutput {
  readonly output: Output
  readonly account: OutputAccount
  readonly limiter: Limiter | null
}

export interface CopyOptions {
  readonly world: World
  readonly inputs: readonly CopyInput[]
  readonly outputs: readonly CopyOutput[]
  /** What requests of every input pass, after its limit; null lets all through unchanged. */
  readonly shape: HttpStage | null
  /** Share client connections out, round robin, instead of a copy to each output. */
  readonly split: boolean
  /** Ends the run as the end of all inputs does. */
  readonly stop: AbortSignal
  /** For what is queued and in flight when the run ends. */
  readonly drainMax: Micros
}

/**
 * Runs until all inputs have ended or `stop` is set; then every message has met its fate. An input
 * that fails ends the run in the same order, and its error is thrown at the very end.
 */
export async function copy(options: CopyOptions): Promise<void> {
  const { world, inputs, outputs, stop } = options
  const run = { over: false }
  const ticking = tickOutputs(options, run)
  const stopInputs = () => {
    for (const input of inputs) input.stop()
  }
  stop.addEventListener('abort', stopInputs)
  if (stop.aborted) stopInputs()
  const dispatch = createDispatch(options)
  const failures: unknown[] = []
  const readings = inputs.map((input) => readInput(input, dispatch, options))
  const endAll = (error: unknown) => {
    failures.push(error)
    stopInputs()
  }
  await Promise.all(readings.map((reading) => reading.catch(endAll)))
  const drained = world.now() + options.drainMax
  while (world.now() < drained && !outputs.every(({ output }) => output.idle())) {
    await world.sleep(drainTick)
  }
  run.over = true
  await ticking
  await Promise.all(outputs.map(({ output }) => output.close()))
  if (failures.length > 0) throw failures[0]
}

const tickInterval: Micros = 100_000
const drainTick: Micros = 10_000

async function tickOutputs(options: CopyOptions, run: { readonly over: boolean }): Promise<void> {
  while (!run.over) {
    await options.world.sleep(tickInterval)
    const now = options.world.now()
    for (const { output } of options.outputs) output.tick(now)
  }
}

type Dispatch = (batch: readonly Message[]) => void

async function readInput(
  input: CopyInput,
  dispatch: Dispatch,
  { world, shape }: CopyOptions,
): Promise<void> {
  for await (const read of input.messages) {
    const batch = read.filter(isMessage)
    const limited = input.limiter === null ? batch : limitInput(input, input.limiter, batch, world)
    const passed = shape === null ? limited : shapeInput(input, shape, limited)
    input.account.captured(passed.length)
    dispatch(passed)
  }
}

/** The end of a connection is told between messages, and is none. */
function isMessage(message: Message): boolean {
  return message.kind !== 'closed'
}

function limitInput(
  input: CopyInput,
  limiter: Limiter,
  batch: readonly Message[],
  world: World,
): readonly Message[] {
  const now = world.now()
  const passed = batch.filter((message) => limiter(message, now) > 0)
  input.account.dropped('limit', batch.length - passed.length)
  return passed
}

function shapeInput(
  input: CopyInput,
  shape: HttpStage,
  batch: readonly Message[],
): readonly Message[] {
  const passed: Message[] = []
  for (const message of batch) {
    const shaped = shape(message)
    if (shaped !== null) passed.push(shaped)
  }
  input.account.dropped('filter', batch.length - passed.length)
  return passed
}

function createDispatch(options: CopyOptions): Dispatch {
  const { outputs, world } = options
  const share = options.split ? createSplit(outputs.length) : null
  return (batch) => {
    const now = world.now()
    outputs.forEach((route, index) => {
      const own = share === null ? batch : batch.filter((message) => share(message) === index)
      route.account.dropped('split', batch.length - own.length)
      route.output.write(route.limiter === null ? own : limitOutput(route, route.limiter, own, now))
    })
  }
}

function limitOutput(
  route: CopyOutput,
  limiter: Limiter,
  batch: readonly Message[],
  now: Micros,
): readonly Message[] {
  const passed: Message[] = []
  for (const message of batch) {
    const copies = limiter(message, now)
    if (copies === 0) route.account.dropped('limit', 1)
    else passed.push(message)
    for (let copy = 1; copy < copies; copy++) passed.push(createCopy(message, copy))
    if (copies > 1) route.account.amplified(copies - 1)
  }
  return passed
}

/** A copy has a connection of its own, so that copies of one request do not wait for each other. */
function createCopy(message: Message, copy: number): Message {
  const connection = `${message.connection}.${copy}` as ConnectionId
  return { ...message, id: `${message.id}.${copy}` as ExchangeId, connection }
}

/** Client connections whose output is remembered; beyond, the one seen first is shared out anew. */
const splitConnectionsMax = 262_144

/** Gives each new client connection the next output in turn, and keeps it there. */
function createSplit(outputs: number): (message: Message) => number {
  const chosen = new Map<ConnectionId, number>()
  let next = 0
  return (message) => {
    const known = chosen.get(message.connection)
    if (known !== undefined) return known
    const [oldest] = chosen.size >= splitConnectionsMax ? chosen.keys() : []
    if (oldest !== undefined) chosen.delete(oldest)
    const output = next
    next = (next + 1) % outputs
    chosen.set(message.connection, output)
    return output
  }
}
