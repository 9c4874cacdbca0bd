// The requests of one trial at k times normal, and when each is due: fixed before it begins.
//
// Normal is the recording's mean rate. k × is made of whole sessions from as many stretches of the
// recording at once, each a stretch that no other copy plays; when all of them are in use, clones
// follow, turned round by a part of their length so that bursts do not fall together.
// A larger load holds every session of a smaller one.
import { hashFraction } from '../base/hash.ts'
import type { Micros } from '../model/message.ts'
import { isSampled, sampleEvery } from './answer-sample.ts'
import { type RecordedTraffic, requestFlags, share } from './recorded-traffic.ts'

export interface PlanOptions {
  /** Times normal. */
  readonly level: number
  readonly duration: Micros
  /** The beginning, which is not measured: connections are opened and caches filled. */
  readonly warmup: Micros
  /** Unsafe requests too are sent k times; else once. */
  readonly amplifyWrites: boolean
  /** Fewer clients at k times their speed, instead of k times as many. */
  readonly compress: boolean
  /** A session that begins in its middle opens first, in the beginning that is not measured. */
  readonly opensSessions: boolean
}

/** All arrays are by event, in order of time, and may be shared between threads. */
export interface LoadPlan {
  readonly level: number
  readonly duration: Micros
  readonly warmup: Micros
  readonly count: number
  /** When it is due, from the beginning of the trial. */
  readonly offset: Float64Array
  /** Which recorded request it is. */
  readonly request: Uint32Array
  /** Which copy of the traffic it belongs to; 0 is the first. */
  readonly copy: Uint16Array
  /** 1: its answer is looked at. */
  readonly looked: Uint8Array
  /** Distinct request targets, as a share of what they were, had every clone targets of its own. */
  readonly distinct: number
}

/** Requests of one trial; beyond, a level cannot be planned. */
export const eventsMax: number = 2 ** 23
const durationMax: Micros = 1_000_000_000

/** Sessions of one clone are moved by up to this against each other. */
const jitterMax: Micros = 50_000

/** The highest level for which a trial of that length can be planned. */
export function levelLimit({ count, duration }: RecordedTraffic, trial: Micros): number {
  const perTrial = (count / duration) * trial
  return Math.max(1, (eventsMax * 0.9) / Math.max(1, perTrial))
}

export function planLoad(traffic: RecordedTraffic, options: PlanOptions): LoadPlan {
  const { level, duration, warmup } = options
  const asked = options.compress ? compress(traffic, options) : superpose(traffic, options)
  const events = options.opensSessions ? openSessions(traffic, warmup, asked) : asked
  const order = sortByOffset(events)
  const count = order.length
  const offset = share(Float64Array, count)
  const request = share(Uint32Array, count)
  const copy = share(Uint16Array, count)
  const looked = share(Uint8Array, count)
  const isLooked = chooseLooked(traffic, options, count)
  order.forEach((event, index) => {
    offset[index] = events.offset[event]!
    request[index] = events.request[event]!
    copy[index] = Math.min(65_535, events.copy[event]!)
    looked[index] = isLooked(request[index]!, copy[index]!) ? 1 : 0
  })
  const distinct = distinctShare(traffic, events)
  return { level, duration, warmup, count, offset, request, copy, looked, distinct }
}

interface Events {
  readonly offset: number[]
  readonly request: number[]
  readonly copy: number[]
  /** Which time its stretch is played, from 0. */
  readonly round: number[]
}

/** Copy after copy, and of the last one the sessions of the lowest rank, until it is enough. */
function superpose(traffic: RecordedTraffic, options: PlanOptions): Events {
  const { level, duration, amplifyWrites } = options
  const length = Math.min(duration, traffic.duration)
  const normal = (traffic.count / traffic.duration) * length
  const windows = orderWindows(traffic, length)
  const events: Events = { offset: [], request: [], copy: [], round: [] }
  let wanted = Math.round(normal * level)
  let wantedWhole = amplifyWrites ? Number.POSITIVE_INFINITY : Math.round(normal)
  for (let copy = 0; wanted > 0; copy++) {
    const window = windows[copy % windows.length]!
    const round = Math.floor(copy / windows.length)
    const chosen = chooseSessions(traffic, window, wanted)
    if (chosen.length === 0) break
    wanted -= chosen.length
    const shift = { window, round, length, duration }
    for (const index of chosen) {
      // Beyond the normal share, what changes something is left out of its session.
      if (wantedWhole-- <= 0 && (traffic.flags[index]! & requestFlags.unsafe) !== 0) continue
      place(traffic, index, copy, shift, events)
    }
  }
  return events
}

/** A stretch of the recording: requests from `from` up to, not including, `to`. */
interface Window {
  readonly startsAt: Micros
  readonly from: number
  readonly to: number
}

/** Disjoint stretches of that length, those of the most usual rate first. */
function orderWindows(traffic: RecordedTraffic, length: Micros): readonly Window[] {
  const whole = Math.max(1, Math.floor(traffic.duration / length))
  const mean = (traffic.count / traffic.duration) * length
  const windows = Array.from({ length: whole }, (_, number): Window => {
    const startsAt = number * length
    const from = lowerBound(traffic.at, startsAt)
    return { startsAt, from, to: lowerBound(traffic.at, startsAt + length) }
  })
  const odd = ({ from, to }: Window) => Math.abs(Math.log((to - from + 1) / (mean + 1)))
  return windows.filter(({ from, to }) => to > from).sort((a, b) => odd(a) - odd(b))
}

/** Whole sessions of the window by rank, up to `wanted` requests; in order of time. */
function chooseSessions(
  { session, rank }: RecordedTraffic,
  window: Window,
  wanted: number,
): number[] {
  const { from, to } = window
  const all = Array.from({ length: to - from }, (_, index) => from + index)
  if (all.length <= wanted) return all
  const sizes = new Map<number, number>()
  for (const index of all) sizes.set(session[index]!, (sizes.get(session[index]!) ?? 0) + 1)
  const byRank = [...sizes].sort(([a], [b]) => rank[a]! - rank[b]!)
  const chosen = new Set<number>()
  let left = wanted
  for (const [number, size] of byRank) {
    // The session that passes the mark counts where more of it is below than above.
    if (size / 2 > left) break
    chosen.add(number)
    left -= size
    if (left <= 0) break
  }
  return all.filter((index) => chosen.has(session[index]!))
}

interface Placement {
  readonly window: Window
  readonly round: number
  readonly length: Micros
  readonly duration: Micros
}

const golden = 0.618_033_988_749_895

/** A stretch shorter than the trial is played again and again. */
function place(
  traffic: RecordedTraffic,
  index: number,
  copy: number,
  { window, round, length, duration }: Placement,
  events: Events,
): void {
  const own = traffic.at[index]! - window.startsAt
  const turn = ((round * golden) % 1) * length
  const jitter = round === 0 ? 0 : hashFraction(`${traffic.session[index]} ${copy}`) * jitterMax
  const first = (own + turn + jitter) % length
  for (let pass = 0, at = first; at < duration; at += length, pass++) {
    events.offset.push(Math.floor(at))
    events.request.push(index)
    events.copy.push(copy)
    events.round.push(round + pass)
  }
}

/** Before the first that a client asks in this load, it asks what opened its session. */
function openSessions(traffic: RecordedTraffic, warmup: Micros, events: Events): Events {
  const { client, flags, needs } = traffic
  const openings: Events = { offset: [], request: [], copy: [], round: [] }
  const opened = new Map<number, number[]>()
  for (let index = 0; index < traffic.count; index++) {
    if ((flags[index]! & requestFlags.opensSession) === 0) continue
    const known = opened.get(client[index]!)
    if (known === undefined) opened.set(client[index]!, [index])
    else known.push(index)
  }
  const firsts = new Map<string, number>()
  events.offset.forEach((offset, event) => {
    const name = `${client[events.request[event]!]} ${events.copy[event]}`
    const first = firsts.get(name)
    if (first === undefined || offset < events.offset[first]!) firsts.set(name, event)
  })
  for (const [name, event] of firsts) {
    const request = events.request[event]!
    const before = opened.get(client[request]!)?.findLast((index) => index <= request)
    if (before === undefined) continue
    const latest = Math.min(warmup, events.offset[event]!)
    const offset = Math.floor(hashFraction(name) * latest)
    for (const opening of new Set([needs[before]!, before])) {
      if (opening === request) continue
      openings.offset.push(offset)
      openings.request.push(opening)
      openings.copy.push(events.copy[event]!)
      openings.round.push(events.round[event]!)
    }
  }
  // Of two that are due together the first here goes first.
  return {
    offset: openings.offset.concat(events.offset),
    request: openings.request.concat(events.request),
    copy: openings.copy.concat(events.copy),
    round: openings.round.concat(events.round),
  }
}

/** The recording at k times its speed; played again when it is over. */
function compress(traffic: RecordedTraffic, { level, duration }: PlanOptions): Events {
  const events: Events = { offset: [], request: [], copy: [], round: [] }
  const length = traffic.duration / level
  for (let round = 0; round * length < duration; round++) {
    for (let index = 0; index < traffic.count; index++) {
      const at = round * length + traffic.at[index]! / level
      if (at >= duration) break
      events.offset.push(Math.floor(at))
      events.request.push(index)
      events.copy.push(round)
      events.round.push(round)
    }
  }
  return events
}

/**
 * About as many a second at any level; and of the first copy, which is the same in all trials of
 * one length, the same ones always.
 */
function chooseLooked(
  traffic: RecordedTraffic,
  { compress, duration }: PlanOptions,
  count: number,
): (request: number, copy: number) => boolean {
  const every = sampleEvery((count / duration) * 1e6)
  const everyNormal = sampleEvery((traffic.count / traffic.duration) * 1e6)
  return (request, copy) =>
    isSampled(request, every) || (copy === 0 && !compress && isSampled(request, everyNormal))
}

/** Event numbers by offset; of one offset in the order in which they were placed. */
function sortByOffset({ offset }: Events): Uint32Array {
  const keys = new Float64Array(offset.length)
  // Invariant: offsets below `durationMax` and numbers below `eventsMax` make keys below 2⁵³.
  for (let event = 0; event < offset.length; event++) {
    keys[event] = Math.min(durationMax, offset[event]!) * eventsMax + event
  }
  keys.sort()
  return Uint32Array.from(keys, (key) => key % eventsMax)
}

function distinctShare({ target, targets }: RecordedTraffic, { request, round }: Events): number {
  const any = new Set<number>()
  const each = new Set<number>()
  request.forEach((index, event) => {
    any.add(target[index]!)
    each.add(round[event]! * targets + target[index]!)
  })
  return each.size === 0 ? 1 : any.size / each.size
}

/** The first index whose value is not below `value`. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
