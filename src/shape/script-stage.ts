// `--script`: the operator's hooks, called with each message on its way to the outputs.
import type { ExchangeId, Message, Micros } from '../model/message.ts'
import type { Script, ScriptRequest, ScriptResponse } from '../model/script-api.ts'
import { originalId } from './exchange-limiter.ts'
import { ExchangeMemory, type RememberedExchange } from './exchange-memory.ts'
import { isScriptMessage, readScriptRequest, readScriptResponse } from './script-message.ts'

export interface ScriptStageOptions {
  readonly script: Script
  /** Names of the outputs, as on the command line. */
  readonly outputs: readonly string[]
  readonly now: () => Micros
  /** Hears what a hook threw, at most once a second, with how often any did since the last time. */
  readonly onThrown: (hook: HookName, error: unknown, count: number) => void
}

export type HookName = 'request' | 'response' | 'replayed'

const exchangesMax = 65_536
const exchangeBytesMax = 64 * 1024 * 1024
const thrownInterval: Micros = 1_000_000

/** Where a hook throws, its message passes unchanged. */
export class ScriptStage {
  readonly #options: ScriptStageOptions
  readonly #memory = new ExchangeMemory({ exchangesMax, bytesMax: exchangeBytesMax })
  readonly #outputs: ReadonlyMap<string, string>
  readonly #names: readonly string[]
  /** Payloads are kept for a later hook alone. */
  readonly #keepsRequests: boolean
  readonly #keepsResponses: boolean
  #thrown = 0
  #last: { readonly hook: HookName; readonly error: unknown } | null = null
  #toldAt: Micros = Number.NEGATIVE_INFINITY

  constructor(options: ScriptStageOptions) {
    const { script, outputs } = options
    this.#options = options
    this.#outputs = new Map(outputs.flatMap((name) => aliases(name).map((alias) => [alias, name])))
    this.#names = outputs
    this.#keepsRequests = script.response !== undefined || script.replayed !== undefined
    this.#keepsResponses = script.replayed !== undefined
  }

  /** The message as it goes on, or null where the script drops it. */
  pass(message: Message): Message | null {
    if (message.raw === true || message.kind === 'closed') return message
    const id = originalId(message)
    const exchange = this.#memory.find(id)
    const passed = this.#call(message, id, exchange)
    if (passed === null) return null
    const isKept =
      (message.kind === 'request' && this.#keepsRequests) ||
      (message.kind === 'response' && this.#keepsResponses)
    const isNoted = exchange.notes.size > 0 || exchange.outputs !== null
    if (isKept || isNoted) this.#memory.keep(exchange, id, isKept ? passed : null)
    return exchange.outputs === null ? passed : { ...passed, outputs: exchange.outputs }
  }

  /** Tells what was thrown since it was told last. */
  flush(): void {
    if (this.#last === null) return
    this.#options.onThrown(this.#last.hook, this.#last.error, this.#thrown)
    this.#thrown = 0
    this.#last = null
  }

  #call(message: Message, id: ExchangeId, exchange: RememberedExchange): Message | null {
    const hook = message.kind as HookName
    try {
      const result = this.#result(message, hook, id, exchange)
      if (result === null) return null
      if (result === undefined) return message
      if (result instanceof Promise) {
        result.catch(() => {})
        throw new Error('a hook answers at once: it is not async')
      }
      if (!isScriptMessage(result) || isRequest(result) !== (hook === 'request')) {
        throw new Error(`${hook} returns neither a message of its kind, null, nor nothing`)
      }
      const { bytes } = result
      return bytes === message.payload ? message : { ...message, payload: bytes }
    } catch (error) {
      this.#threw(hook, error)
      return message
    }
  }

  #result(message: Message, hook: HookName, id: ExchangeId, exchange: RememberedExchange): unknown {
    const { script } = this.#options
    const { connection, payload } = message
    const common = { id, connection, notes: exchange.notes }
    if (hook === 'request') {
      const request = script.request === undefined ? null : readScriptRequest(payload)
      if (request === null) return undefined
      const sendTo = (...outputs: readonly string[]) => {
        exchange.outputs = outputs.map((output) => this.#findOutput(output))
      }
      return script.request!({ ...common, request, outputs: this.#names, sendTo })
    }
    const answer = script[hook] === undefined ? null : readScriptResponse(payload)
    if (answer === null) return undefined
    const request = exchange.request === null ? null : readScriptRequest(exchange.request)
    if (hook === 'response') return script.response!({ ...common, request, response: answer })
    const response = exchange.response === null ? null : readScriptResponse(exchange.response)
    const target = message.target ?? ''
    return script.replayed!({ ...common, request, response, replayed: answer, target })
  }

  #findOutput(name: string): string {
    const found = this.#outputs.get(name)
    if (found !== undefined) return found
    throw new Error(`there is no output '${name}', only ${this.#names.join(', ')}`)
  }

  #threw(hook: HookName, error: unknown): void {
    const now = this.#options.now()
    this.#thrown += 1
    this.#last = { hook, error }
    if (now - this.#toldAt < thrownInterval) return
    this.#toldAt = now
    this.flush()
  }
}

function isRequest(message: object): message is ScriptRequest | ScriptResponse {
  return 'method' in message
}

/** Names that a script may call an output by: without its flag, and without its limit. */
function aliases(name: string): readonly string[] {
  const address = name.replace(/^--output-[\w-]+ /, '')
  return [name, address, address.replace(/\|[^|]*$/, ''), address.replace(/^--output-/, '')]
}
