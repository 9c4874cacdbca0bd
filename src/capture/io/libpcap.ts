// Filter expressions (pcap-filter(7)), compiled by the libpcap that this host has; the rest of
// Rehearsal does without it.
import koffi, { type LibraryHandle } from 'koffi'
import { OperatorError } from '../../model/operator-error.ts'
import type { FilterInstruction } from '../filter-assembler.ts'
import { linkTypes } from '../link-decoder.ts'

/**
 * The expression as a program for packets of a link type as pcap files number it; throws
 * `OperatorError` with libpcap's own words, or where there is no libpcap.
 */
export function compileExpression(expression: string, linkType: number): FilterInstruction[] {
  const library = load()
  const capture = library.openDead(kernelLinkType(linkType), snapshotBytes)
  const program = new DataView(new ArrayBuffer(programBytes))
  try {
    if (library.compile(capture, program, expression, 1, unknownNetmask) === -1) {
      throw new OperatorError(
        'bad-filter',
        `--input-raw-bpf-filter '${expression}': ${library.lastError(capture)}`,
        'write it as for tcpdump: pcap-filter(7)',
      )
    }
    return readProgram(program)
  } finally {
    library.freeCode(program)
    library.close(capture)
  }
}

/** Debian's name, then that of Fedora, SUSE and Alpine. */
const names = ['libpcap.so.0.8', 'libpcap.so.1'] as const

const snapshotBytes = 0x40000
const programBytes = 16
const unknownNetmask = 0xffff_ffff

type Capture = unknown

interface Libpcap {
  readonly openDead: (linkType: number, snapshotBytes: number) => Capture
  readonly compile: (
    capture: Capture,
    program: DataView,
    expression: string,
    optimise: number,
    netmask: number,
  ) => number
  readonly lastError: (capture: Capture) => string
  readonly freeCode: (program: DataView) => void
  readonly close: (capture: Capture) => void
}

function load(): Libpcap {
  const library = open()
  return {
    openDead: library.func('void *pcap_open_dead(int, int)'),
    compile: library.func('int pcap_compile(void *, void *, const char *, int, uint32_t)'),
    lastError: library.func('const char *pcap_geterr(void *)'),
    freeCode: library.func('void pcap_freecode(void *)'),
    close: library.func('void pcap_close(void *)'),
  }
}

function open(): LibraryHandle {
  for (const name of names) {
    try {
      return koffi.load(name)
    } catch {}
  }
  throw new OperatorError(
    'no-libpcap',
    '--input-raw-bpf-filter needs libpcap, which this host does not have',
    'apt-get install libpcap0.8 (elsewhere the package is libpcap), or leave the filter out',
  )
}

/** A struct bpf_program. */
function readProgram(program: DataView): FilterInstruction[] {
  const count = program.getUint32(0, true)
  const bytes = new DataView(koffi.view(program.getBigUint64(8, true), count * 8))
  return Array.from({ length: count }, (_, index) => {
    return {
      code: bytes.getUint16(index * 8, true),
      ifTrue: bytes.getUint8(index * 8 + 2),
      ifFalse: bytes.getUint8(index * 8 + 3),
      operand: bytes.getUint32(index * 8 + 4, true),
    }
  })
}

/** Raw IP is the one link type that Linux and files number differently. */
function kernelLinkType(linkType: number): number {
  const isRaw = linkType === linkTypes.raw || linkType === linkTypes.openBsdRaw
  return isRaw ? linkTypes.bsdRaw : linkType
}
