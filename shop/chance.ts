// Chance by name: a number that depends on seed, stream and index alone, never on what was drawn
// before. So a switch that draws more or less leaves everything else as it was.
import { fnv1a } from '../src/base/hash.ts'

/** 32 bits for `index` of the stream called `stream`. */
export function bitsAt(seed: number, stream: string, index: number): number {
  // The finisher of MurmurHash3, twice, so that neighbours have nothing in common.
  let bits = finish(fnv1a(stream) ^ Math.imul(seed, 0x9e3779b1))
  bits = finish(bits ^ Math.imul(index, 0x85ebca77) ^ Math.floor(index / 2 ** 32))
  return bits >>> 0
}

/** A number from 0 up to, not including, 1. */
export function fractionAt(seed: number, stream: string, index: number): number {
  return bitsAt(seed, stream, index) / 2 ** 32
}

/** A number of the standard normal distribution, within ±3 (the sum of twelve, less six). */
export function normalAt(seed: number, stream: string, index: number): number {
  // Four draws of 32 bits give twelve numbers of 10 bits.
  let sum = 0
  for (let part = 0; part < 4; part++) {
    const bits = bitsAt(seed, stream, index * 4 + part)
    sum += (bits & 1023) + ((bits >>> 10) & 1023) + ((bits >>> 20) & 1023)
  }
  return Math.max(-3, Math.min(3, sum / 1024 - 6))
}

/** `length` hexadecimal digits. */
export function hexAt(seed: number, stream: string, index: number, length: number): string {
  let text = ''
  for (let part = 0; text.length < length; part++) {
    text += bitsAt(seed, stream, index * 16 + part)
      .toString(16)
      .padStart(8, '0')
  }
  return text.slice(0, length)
}

/** One of `items`, which must not be empty. */
export function pickAt<T>(seed: number, stream: string, index: number, items: readonly T[]): T {
  return items[bitsAt(seed, stream, index) % items.length]!
}

/** `items` in an order by chance. */
export function shuffleAt<T>(
  seed: number,
  stream: string,
  index: number,
  items: readonly T[],
): readonly T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = bitsAt(seed, stream, index * 64 + last) % (last + 1)
    const kept = shuffled[last]!
    shuffled[last] = shuffled[other]!
    shuffled[other] = kept
  }
  return shuffled
}

function finish(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
