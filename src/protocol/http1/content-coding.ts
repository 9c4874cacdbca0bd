// Content codings of a body, taken off and put on again, within a bound (RFC 9110, section 8.4).
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'

interface Coding {
  readonly decode: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array
  readonly encode: (bytes: Uint8Array) => Uint8Array
}

/** The quickest of each, for it is done on the way. */
const gzip: Coding = { decode: gunzipSync, encode: (bytes) => gzipSync(bytes, { level: 1 }) }

const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { decode: inflate, encode: (bytes) => deflateSync(bytes, { level: 1 }) }],
  [
    'br',
    {
      decode: brotliDecompressSync,
      encode: (bytes) =>
        brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    },
  ],
  ['zstd', { decode: zstdDecompressSync, encode: (bytes) => zstdCompressSync(bytes) }],
])

const codingsMax = 4

/** The codings that a Content-Encoding names, in the order they were applied. */
export function parseCodings(value: string): readonly string[] {
  const names = value.toLowerCase().split(/[\s,]+/)
  return names.filter((name) => name !== '' && name !== 'identity')
}

/** Why a body keeps a coding. */
export type ContentFailure =
  | { readonly kind: 'too-many' | 'too-large' }
  | { readonly kind: 'unknown'; readonly name: string }
  /** `code` is that of zlib. */
  | { readonly kind: 'broken'; readonly name: string; readonly code: string }

export interface ExpandedContent {
  /** Without codings; where `failure` is not null, without those before it. */
  readonly bytes: Uint8Array
  readonly failure: ContentFailure | null
}

/** Takes the codings off a body, last to first; gives at most `bytesMax` octets. */
export function expandContent(
  body: Uint8Array,
  names: readonly string[],
  bytesMax: number,
): ExpandedContent {
  if (names.length > codingsMax) return { bytes: body, failure: { kind: 'too-many' } }
  let bytes = body
  for (const name of names.toReversed()) {
    const coding = codings.get(name)
    if (coding === undefined) return { bytes, failure: { kind: 'unknown', name } }
    try {
      bytes = coding.decode(bytes, { maxOutputLength: bytesMax })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      const isLarge = code === 'ERR_BUFFER_TOO_LARGE'
      return { bytes, failure: isLarge ? { kind: 'too-large' } : { kind: 'broken', name, code } }
    }
  }
  return { bytes, failure: bytes.length > bytesMax ? { kind: 'too-large' } : null }
}

/** The body without its codings; null where one is unknown, broken, or gives too much. */
export function decodeContent(
  body: Uint8Array,
  names: readonly string[],
  bytesMax: number,
): Uint8Array | null {
  const { bytes, failure } = expandContent(body, names, bytesMax)
  return failure === null ? bytes : null
}

/** The body with codings that `decodeContent` took off it. */
export function encodeContent(body: Uint8Array, names: readonly string[]): Uint8Array {
  return names.reduce((bytes, name) => codings.get(name)!.encode(bytes), body)
}

/** With the wrapper of zlib as RFC 9110 has it, or without, as some servers send it. */
function inflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array {
  const hasWrapper = (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + (bytes[1] ?? 0)) % 31 === 0
  return hasWrapper ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
}
