// Counts by key, with a ceiling on the keys: for tallies that are kept all through a run.
import { mapValues } from '../../base/map-values.ts'
import { type PackedCounts, packCounts, unpackCounts } from '../../base/packed-counts.ts'
import type { Counts } from '../../model/run-tally.ts'

export class BoundedCounts {
  readonly #counts: Map<string, number>
  readonly #keysMax: number

  constructor(keysMax: number, counts: Counts = {}) {
    this.#keysMax = keysMax
    this.#counts = new Map(Object.entries(counts).map(([key, count]) => [key, count ?? 0]))
  }

  /** False where the key found no room and was not counted. */
  add(key: string, count = 1): boolean {
    const known = this.#counts.get(key)
    if (known === undefined && this.#counts.size >= this.#keysMax) return false
    this.#counts.set(key, (known ?? 0) + count)
    return true
  }

  get(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  toCounts<Key extends string>(): Counts<Key> {
    return Object.fromEntries(this.#counts) as Counts<Key>
  }

  /** Where all keys are numbers. */
  toPacked(): PackedCounts {
    return packCounts(this.#counts)
  }
}

/** Counts by role. */
export class RoleCounts<Role extends string> {
  readonly #counts = new Map<Role, BoundedCounts>()
  readonly #keysMax: number

  constructor(keysMax: number, counts: Readonly<Partial<Record<Role, Counts>>>) {
    this.#keysMax = keysMax
    for (const [role, each] of Object.entries(counts) as [Role, Counts][]) {
      this.#counts.set(role, new BoundedCounts(keysMax, each))
    }
  }

  /** Of counts by number. */
  static unpack<Role extends string>(
    keysMax: number,
    packed: Readonly<Partial<Record<Role, PackedCounts>>>,
  ): RoleCounts<Role> {
    const counts = mapValues(packed, (each): Counts => Object.fromEntries(unpackCounts(each)))
    return new RoleCounts<Role>(keysMax, counts)
  }

  of(role: Role): BoundedCounts {
    let counts = this.#counts.get(role)
    if (counts === undefined) {
      counts = new BoundedCounts(this.#keysMax)
      this.#counts.set(role, counts)
    }
    return counts
  }

  toCounts(): Readonly<Partial<Record<Role, Counts>>> {
    const entries = [...this.#counts].map(([role, counts]) => [role, counts.toCounts()])
    return Object.fromEntries(entries) as Partial<Record<Role, Counts>>
  }

  /** Where all keys are numbers. */
  toPacked(): Readonly<Partial<Record<Role, PackedCounts>>> {
    const entries = [...this.#counts].map(([role, counts]) => [role, counts.toPacked()])
    return Object.fromEntries(entries) as Partial<Record<Role, PackedCounts>>
  }
}
