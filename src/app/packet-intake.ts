// What every source of packets has in common: from a frame or packet, as it comes from a ring, a
// file or a tunnel, to the pipeline; past the operator's filters, and out of tags, tunnels and
// fragments where it is in any.
import { FragmentTable } from '../capture/fragment-table.ts'
import { findNetworkHeader } from '../capture/link-decoder.ts'
import { decodeSegment, isPlainSegment, isVlanType } from '../capture/packet-decoder.ts'
import { PacketUnwrapper, type PacketView } from '../capture/packet-unwrapper.ts'
import { ServiceFinder } from '../capture/service-finder.ts'
import type { Micros } from '../model/message.ts'
import { createSegment } from '../model/segment.ts'
import { PacketPipeline, type PacketPipelineOptions } from './packet-pipeline.ts'

export interface PacketIntakeOptions extends PacketPipelineOptions {
  /** Of what is captured, only the services that the packets show: what clients connect to. */
  readonly findServices: boolean
  /** Frames without one of these VLAN tags, outermost, are left out; empty: none is. */
  readonly vlanIds: readonly number[]
  /** The operator's own filter for frames; null lets all through. */
  readonly acceptsFrame: FrameFilter | null
}

/** Whether the frame, of a link type as pcap files have it, is wanted. */
export type FrameFilter = (linkType: number, frame: Uint8Array, wireLength: number) => boolean

export class PacketIntake {
  readonly #options: PacketIntakeOptions
  readonly #finder: ServiceFinder | null
  readonly #unwrapper: PacketUnwrapper
  readonly #pipeline: PacketPipeline
  readonly #view: PacketView
  readonly #segment = createSegment()

  constructor(options: PacketIntakeOptions) {
    this.#options = options
    const finder = options.findServices ? new ServiceFinder() : null
    this.#finder = finder
    this.#unwrapper = new PacketUnwrapper(new FragmentTable({ budget: options.budget }))
    this.#view = { bytes: new Uint8Array(0), start: 0, end: 0, wireEnd: 0, etherType: 0 }
    const named = options.isCaptured
    const isCaptured: PacketPipelineOptions['isCaptured'] =
      finder === null
        ? named
        : (addresses, offset, port) =>
            finder.includes(addresses, offset, port) && named(addresses, offset, port)
    this.#pipeline = new PacketPipeline({ ...options, isCaptured })
  }

  /** Takes a whole frame, from its link header on; `wireLength` may be more than was captured. */
  frame(linkType: number, frame: Uint8Array, wireLength: number, at: Micros): void {
    const { acceptsFrame, vlanIds } = this.#options
    const header = findNetworkHeader(linkType, frame)
    if (header === null) return
    if (acceptsFrame !== null && !acceptsFrame(linkType, frame, wireLength)) return
    const { offset, etherType } = header
    if (vlanIds.length > 0 && !vlanIds.includes(readVlanId(frame, offset, etherType))) return
    // Some writers leave the length on the wire out.
    const networkLength = Math.max(wireLength, frame.length) - offset
    this.packet(frame, offset, frame.length, networkLength, etherType, at)
  }

  /** Takes a packet from its network header on; nothing of `bytes` is kept. */
  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    etherType: number,
    at: Micros,
  ): void {
    if (this.#finder === null && isPlainSegment(bytes, start, end, etherType)) {
      this.#pipeline.push(bytes, start, end, wireLength, etherType, at)
      return
    }
    const view = this.#view
    view.bytes = bytes
    view.start = start
    view.end = end
    view.wireEnd = start + wireLength
    view.etherType = etherType
    // A tag, or the type of one, may stand where the kernel says that a packet begins.
    const isSegment = this.#decode(view)
    if (!isSegment && !this.#unwrapper.unwrap(view, at)) return
    if (this.#finder !== null && (isSegment || this.#decode(view))) {
      this.#finder.observe(this.#segment)
    }
    const length = view.wireEnd - view.start
    this.#pipeline.push(view.bytes, view.start, view.end, length, view.etherType, at)
  }

  /** Gives up what has waited too long. */
  tick(now: Micros): void {
    this.#pipeline.tick(now)
  }

  /** No more packets will come. */
  finish(now: Micros): void {
    this.#pipeline.finish(now)
  }

  #decode({ bytes, start, end, wireEnd, etherType }: PacketView): boolean {
    return decodeSegment(bytes, start, end, wireEnd - start, etherType, this.#segment)
  }
}

/** -1 where there is no tag. */
function readVlanId(frame: Uint8Array, offset: number, etherType: number): number {
  if (!isVlanType(etherType) || offset + 2 > frame.length) return -1
  return ((frame[offset]! & 0x0f) << 8) | frame[offset + 1]!
}
