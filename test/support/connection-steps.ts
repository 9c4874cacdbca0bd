// Steps of one connection for tests of the machines that follow it, and what they give, as text.
import type { SourceDropReason } from '../../src/model/ledger.ts'
import type {
  CapturedMessage,
  ConnectionListener,
  ConnectionMachine,
} from '../../src/protocol/connection-machine.ts'

/**
 * `> bytes` by the client, `< bytes` by the server, each having received all of the other, unless
 * `>> bytes`: sent before the last bytes of the server were received. `>- 5`, `<- 5`: a gap.
 * `>.`, `<.`: a FIN. `expire`: nothing came for long. Steps are a millisecond apart.
 */
export type Step = string

/** Runs the steps and closes; gives `kind number[ pipelined][ raw]: payload` and `lost: reason`. */
export function followSteps(
  create: (listener: ConnectionListener) => ConnectionMachine,
  steps: readonly Step[],
): string[] {
  const heard: string[] = []
  const listener = {
    captured: (message: CapturedMessage) => heard.push(describe(message)),
    lost: (reason: SourceDropReason) => heard.push(`lost: ${reason}`),
  }
  const machine = create(listener)
  const position = { client: 1_000, server: 9_000, received: 9_000 }
  for (const [index, step] of steps.entries()) take(machine, step, index * 1_000, position)
  machine.closed(steps.length * 1_000)
  return heard
}

function take(
  machine: ConnectionMachine,
  step: Step,
  at: number,
  position: { client: number; server: number; received: number },
): void {
  if (step === 'expire') {
    machine.expire(at + 1)
    return
  }
  const [, sign, more, rest] = /^([<>])([->.]?)(?: (.*))?$/s.exec(step)!
  const side = sign === '>' ? 'client' : 'server'
  if (more === '.') {
    machine.ended(side, at)
    return
  }
  const sequence = position[side]
  if (more === '-') {
    position[side] += Number(rest)
    machine.gap({ side, byteCount: Number(rest), at, sequence })
    return
  }
  const bytes = Buffer.from(rest!, 'latin1')
  position[side] += bytes.length
  if (side === 'client' && more !== '>') position.received = position.server
  const acknowledgement = side === 'client' ? position.received : position.client
  machine.push({ side, bytes, at, sequence, acknowledgement })
  bytes.fill(0x23)
}

function describe({ kind, sequence, pipelined, raw, payload }: CapturedMessage): string {
  const flags = `${pipelined ? ' pipelined' : ''}${raw ? ' raw' : ''}`
  return `${kind} ${sequence}${flags}: ${Buffer.from(payload).toString('latin1')}`
}
