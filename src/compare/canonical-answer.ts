// An answer in canonical form; its body is decoded and read when it is first asked for.
import { type AnswerHead, readAnswerHead } from './answer-head.ts'
import { type DecodedBody, decodeBody } from './body-decoder.ts'
import { type CanonicalBody, readBody } from './body-reader.ts'
import { readMediaType } from './media-type.ts'

/** A larger body, decoded, is compared by its length and hash alone. */
export const bodyBytesMaxDefault: number = 32 * 1024 * 1024

/** A response as on the wire, read as far as comparing it needs. */
export class CanonicalAnswer {
  readonly payload: Uint8Array
  /** Null for what is no HTTP response. */
  readonly head: AnswerHead | null
  readonly #requestMethod: string
  readonly #bodyBytesMax: number
  #decoded: DecodedBody | null = null
  #body: CanonicalBody | null = null

  constructor(payload: Uint8Array, requestMethod: string, bodyBytesMax: number) {
    this.payload = payload
    this.head = readAnswerHead(payload)
    this.#requestMethod = requestMethod
    this.#bodyBytesMax = bodyBytesMax
  }

  decoded(): DecodedBody {
    this.#decoded ??=
      this.head === null
        ? { bytes: Buffer.alloc(0), codings: '', defect: { kind: 'malformed', what: 'no HTTP' } }
        : decodeBody(this.payload, this.head, this.#requestMethod, this.#bodyBytesMax)
    return this.#decoded
  }

  /** A body that could not be decoded to its end is not read. */
  body(): CanonicalBody {
    this.#body ??= this.#readBody()
    return this.#body
  }

  #readBody(): CanonicalBody {
    const { bytes, defect } = this.decoded()
    if (defect !== null) return { format: 'binary', root: undefined, charset: '', defect }
    return readBody(bytes, readMediaType(this.head?.fields.get('content-type')))
  }
}
