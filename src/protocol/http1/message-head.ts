// What the head of a message says about its framing and its connection (RFC 9112, 6 and 9).

/** What a receiver has to know of a message before its body. */
export interface MessageHead {
  /** From the first octet of the start line to the empty line, that line included. */
  readonly headBytes: number
  /** Empty for a response. */
  readonly method: string
  /** 0 for a request. */
  readonly status: number
  /** Later versions than 1.1 count as 1.1. */
  readonly minorVersion: 0 | 1
  /** Whether another message may follow on the connection. */
  readonly keepAlive: boolean
  /** For a request: another protocol may follow. For a response: another protocol follows. */
  readonly upgrade: boolean
  readonly expectContinue: boolean
  readonly framing: BodyFraming
  /** Octets of the body where `framing` is `length`, else 0. */
  readonly contentLength: number
}

export type BodyFraming = 'none' | 'length' | 'chunked' | 'until-close'
