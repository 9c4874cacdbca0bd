// What a script of `--script` is written against: published as `rehearsal/script`.

/** What a script exports, by name or as its default export; all of it is optional. */
export interface Script {
  /** A client's request, before it goes to the outputs. */
  request?(exchange: RequestExchange): HookResult<ScriptRequest>
  /** What production answered. */
  response?(exchange: ResponseExchange): HookResult<ScriptResponse>
  /** What a target answered; once for each target, and for each copy of an amplified request. */
  replayed?(exchange: ReplayedExchange): HookResult<ScriptResponse>
}

/** The message as it is to go on; nothing leaves it as it is, null drops it. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing.
export type HookResult<Message> = Message | null | undefined | void

interface Exchange {
  /** The same for a request and all answers to it. */
  readonly id: string
  /** Of the client. */
  readonly connection: string
  /** For what the script wants to find again in a later hook of the same exchange. */
  readonly notes: Map<string, unknown>
}

export interface RequestExchange extends Exchange {
  readonly request: ScriptRequest
  /** The outputs of the run: as on the command line, or by their address alone. */
  readonly outputs: readonly string[]
  /** The request, and what follows of the exchange, goes to these outputs alone. */
  sendTo(...outputs: readonly string[]): void
}

export interface ResponseExchange extends Exchange {
  /** As it went on; null where it was not seen, or too long ago. */
  readonly request: ScriptRequest | null
  readonly response: ScriptResponse
}

export interface ReplayedExchange extends Exchange {
  readonly request: ScriptRequest | null
  /** Production's answer; null where none was seen so far. */
  readonly response: ScriptResponse | null
  readonly replayed: ScriptResponse
  /** The output that answered. */
  readonly target: string
}

/** A message that does not change: what `with…` gives is another, where only that differs. */
export interface ScriptMessage<Self> {
  /** The whole message, as on the wire. */
  readonly bytes: Uint8Array
  /** The first value of that name, a character for each octet; null where there is none. */
  header(name: string): string | null
  headers(): readonly (readonly [name: string, value: string])[]
  /** With the first value of that name replaced, or one added. */
  withHeader(name: string, value: string): Self
  withoutHeader(name: string): Self
  /** Without transfer and content codings; throws where it cannot be decoded. */
  body(): Uint8Array
  /** The body as UTF-8. */
  text(): string
  /** The body parsed; throws where it is no JSON. */
  json(): unknown
  /** With another body, in the codings of the old one; its length is told right. */
  withBody(body: string | Uint8Array): Self
}

export interface ScriptRequest extends ScriptMessage<ScriptRequest> {
  readonly method: string
  /** As sent: path and query, mostly. */
  readonly target: string
  /** The target without its query, as sent. */
  readonly path: string
  withTarget(target: string): ScriptRequest
  /** With another path and the same query. */
  withPath(path: string): ScriptRequest
  /** The first value of that name, decoded; null where there is none. */
  query(name: string): string | null
  /** With that value, to be encoded, instead of the first of that name, or added; null: without. */
  withQuery(name: string, value: string | null): ScriptRequest
  /** The value of a cookie, as sent; null where there is none. */
  cookie(name: string): string | null
  withCookie(name: string, value: string | null): ScriptRequest
}

export interface ScriptResponse extends ScriptMessage<ScriptResponse> {
  readonly status: number
  withStatus(status: number): ScriptResponse
  /** The value that a Set-Cookie gives; null where none does. */
  cookie(name: string): string | null
}
