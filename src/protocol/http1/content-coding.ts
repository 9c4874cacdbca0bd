// Content codings of a body, taken off and put on again, within a bound (RFC 9110, section 8.4).
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
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
  ['deflate', { decode: inflateSync, encode: (bytes) => deflateSync(bytes, { level: 1 }) }],
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

/** The body without its codings; null where one is unknown, broken, or gives too much. */
export function decodeContent(
  body: Uint8Array,
  names: readonly string[],
  bytesMax: number,
): Uint8Array | null {
  if (names.length > codingsMax) return null
  let bytes = body
  for (const name of names.toReversed()) {
    const coding = codings.get(name)
    if (coding === undefined) return null
    try {
      bytes = coding.decode(bytes, { maxOutputLength: bytesMax })
    } catch {
      return null
    }
  }
  return bytes.length > bytesMax ? null : bytes
}

/** The body with codings that `decodeContent` took off it. */
export function encodeContent(body: Uint8Array, names: readonly string[]): Uint8Array {
  return names.reduce((bytes, name) => codings.get(name)!.encode(bytes), body)
}
