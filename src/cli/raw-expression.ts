// `--input-raw-bpf-filter`: the operator's own filter, for packets of a network or frames of files.
import type { FrameFilter } from '../app/packet-intake.ts'
import type { FilterInstruction } from '../capture/filter-assembler.ts'
import { runFilter } from '../capture/filter-machine.ts'
import { compileExpression } from '../capture/io/libpcap.ts'
import { linkTypes } from '../capture/link-decoder.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { FlagValues } from './flags.ts'

/** For a live capture, whose packets begin at their IP header; null where none is given. */
export function readPacketExpression(flags: FlagValues): readonly FilterInstruction[] | null {
  const expression = flags['input-raw-bpf-filter']
  if (expression === undefined) return null
  try {
    return compileExpression(expression, linkTypes.raw)
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'bad-filter') throw error
    throw new OperatorError(error.code, error.message, `${error.hint}; ${networkOnly}`)
  }
}

const networkOnly =
  'a live capture sees packets from their IP header on, so nothing of Ethernet can be asked for'

/** For frames of any link; null where none is given. */
export function readFrameExpression(flags: FlagValues): FrameFilter | null {
  const expression = flags['input-raw-bpf-filter']
  if (expression === undefined) return null
  const programs = new Map<number, readonly FilterInstruction[]>()
  const programFor = (linkType: number) => {
    const known = programs.get(linkType)
    if (known !== undefined) return known
    const program = compileExpression(expression, linkType)
    programs.set(linkType, program)
    return program
  }
  // What is wrong with it is to be said at once; for which links it is, the file will tell.
  programFor(linkTypes.ethernet)
  return (linkType, frame, wireLength) => runFilter(programFor(linkType), frame, wireLength) !== 0
}
