// The arguments of the shop's process.
import { parseArgs } from 'node:util'
import { type BugName, bugs } from '../bugs.ts'
import type { ShopOptions } from '../call.ts'
import { allDrift } from '../drift.ts'
import { allNoise } from '../noise.ts'

export interface ShopFlags {
  readonly address: string
  readonly port: number
  readonly options: ShopOptions
  readonly isSlow: boolean
  readonly workers: number
}

/** Fails, with the names there are, on a kind of bug, drift or noise that there is not. */
export function readShopFlags(args: readonly string[]): ShopFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      address: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      /** Of noise. */
      seed: { type: 'string', default: '1' },
      /** Seed of the data. */
      data: { type: 'string', default: '1' },
      release: { type: 'string', default: '1' },
      bugs: { type: 'string', default: 'none' },
      drift: { type: 'string', default: 'none' },
      noise: { type: 'string', default: 'all' },
      /** Answers take as long as the model says. */
      slow: { type: 'boolean', default: false },
      /** With `--slow`: answers that are made at a time; by default as many as are asked for. */
      workers: { type: 'string', default: 'Infinity' },
    },
  })
  return {
    address: values.address,
    port: Number(values.port),
    options: {
      dataSeed: Number(values.data),
      instanceSeed: Number(values.seed),
      release: Number(values.release),
      bugs: readNames(values.bugs, new Set<BugName>(bugs.keys())),
      drift: readNames(values.drift, allDrift),
      noise: readNames(values.noise, allNoise),
    },
    isSlow: values.slow,
    workers: Number(values.workers),
  }
}

/** `all`, `none`, or names with commas between. */
function readNames<Name extends string>(text: string, known: ReadonlySet<Name>): ReadonlySet<Name> {
  if (text === 'all') return known
  if (text === 'none' || text === '') return new Set()
  return new Set(
    text.split(',').map((name) => {
      const found = [...known].find((other) => other === name)
      if (found === undefined) throw new Error(`no ${name} among: ${[...known].join(', ')}`)
      return found
    }),
  )
}
