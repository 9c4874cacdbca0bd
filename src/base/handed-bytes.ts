// Which messages a byte stream has got rid of, where it only tells how many bytes it still holds.

/** Messages in bytes that were handed to a stream, until the operating system took the bytes. */
export class HandedBytes {
  readonly #runs: { readonly end: number; readonly messages: number }[] = []
  #handed = 0
  #messages = 0

  /** The next `bytes` handed over hold so many whole messages. */
  add(bytes: number, messages: number): void {
    this.#handed += bytes
    this.#messages += messages
    this.#runs.push({ end: this.#handed, messages })
  }

  /** How many messages are gone since the last call, given that the last bytes are pending. */
  taken(pendingBytes: number): number {
    const position = this.#handed - pendingBytes
    const before = this.#messages
    while (this.#runs.length > 0 && this.#runs[0]!.end <= position) {
      this.#messages -= this.#runs.shift()!.messages
    }
    return before - this.#messages
  }

  /** Messages that are not known to be gone. */
  messages(): number {
    return this.#messages
  }

  /** Forgets them, for a stream that broke or is left; returns how many they were. */
  clear(): number {
    const left = this.#messages
    this.#runs.length = 0
    this.#handed = 0
    this.#messages = 0
    return left
  }
}
