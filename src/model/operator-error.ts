// The one error class of our own: what an operator can put right.

/** Something the operator gave or must grant; the command line prints one line and exits with 2. */
export class OperatorError extends Error {
  readonly code: string
  readonly hint: string

  /** `what` is wrong, and `hint` says what to do about it. */
  constructor(code: string, what: string, hint: string) {
    super(what)
    this.name = 'OperatorError'
    this.code = code
    this.hint = hint
  }
}
