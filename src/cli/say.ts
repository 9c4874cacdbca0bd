// To the operator: standard error.

export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
