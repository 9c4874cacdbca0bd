// Hosts for commands that are run as they stand in the documents: five production hosts and a
// preview host, each in a network namespace of its own, on one network, with names for addresses.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'

const previewAddress = '10.79.0.100'

/** Who answers to which name; all but production's hosts are addresses of the preview host. */
const names: readonly (readonly [address: string, ...names: string[]])[] = [
  ['127.0.0.1', 'localhost'],
  ['10.79.0.1', 'production'],
  [previewAddress, 'preview'],
  ['10.79.0.101', 'candidate', 'staging'],
  ['10.79.0.102', 'baseline', 'dev'],
  ['10.79.0.103', 'baseline-2'],
]

export const productionHosts = 5

export interface StagedHosts extends Disposable {
  /** Words that start a command on production host `number`, from 1. */
  production(number: number): readonly string[]
  /** Words that start a command on the preview host. */
  readonly preview: readonly string[]
  addressOf(name: string): string
}

/** Makes the hosts and the network; all are gone with them. */
export function stageHosts(): StagedHosts {
  const namespace = (host: string) => `rehearsal-${process.pid}-${host}`
  const numbers = Array.from({ length: productionHosts }, (_, index) => index + 1)
  const hosts = ['preview', ...numbers.map((number) => `production-${number}`)]
  const dispose = () => {
    for (const host of hosts) {
      rmSync(`/etc/netns/${namespace(host)}`, { recursive: true, force: true })
      execFileSync('ip', ['netns', 'del', namespace(host)])
    }
  }
  for (const host of hosts) {
    execFileSync('ip', ['netns', 'add', namespace(host)])
    mkdirSync(`/etc/netns/${namespace(host)}`, { recursive: true })
    const lines = names.map((words) => words.join(' '))
    writeFileSync(`/etc/netns/${namespace(host)}/hosts`, `${lines.join('\n')}\n`)
  }
  batch(null, numbers.map(cable))
  const addresses = names.map(([address]) => address).filter((address) => !isProduction(address))
  batch(namespace('preview'), [
    'link set lo up',
    'link add bridge type bridge',
    'link set bridge up',
    ...addresses.map((address) => `addr add ${address}/24 dev bridge`),
    ...numbers.map((number) => `link set to-${number} master bridge up`),
  ])
  for (const number of numbers) {
    const lines = [`addr add 10.79.0.${number}/24 dev eth0`, 'link set eth0 up', 'link set lo up']
    batch(namespace(`production-${number}`), lines)
  }
  return {
    production: (number) => ['ip', 'netns', 'exec', namespace(`production-${number}`)],
    preview: ['ip', 'netns', 'exec', namespace('preview')],
    addressOf: (name) => names.find((words) => words.includes(name))![0],
    [Symbol.dispose]: dispose,
  }

  function cable(number: number): string {
    const ends = [namespace('preview'), namespace(`production-${number}`)]
    return `link add to-${number} netns ${ends[0]} type veth peer name eth0 netns ${ends[1]}`
  }
}

function isProduction(address: string): boolean {
  return address === '127.0.0.1' || address === '10.79.0.1'
}

function batch(namespace: string | null, lines: readonly string[]): void {
  const where = namespace === null ? [] : ['-n', namespace]
  execFileSync('ip', [...where, '-batch', '-'], { input: lines.join('\n'), stdio: 'pipe' })
}
