// The frame of every HTML page, and escaping for HTML and XML.
import { answerText, type Call, drawHex, remember } from './call.ts'
import type { Answer } from './http.ts'

export function escapeMarkup(text: string): string {
  if (!/[&<>"]/.test(text)) return text
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

type Headers = readonly (readonly [name: string, value: string])[]

/** A page with a script of its own, which a nonce allows. */
export function answerPage(
  call: Call,
  status: number,
  title: string,
  body: string,
  headers: Headers = [],
): Answer {
  const nonce = drawHex(call, 'nonces', 20)
  const html = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeMarkup(title)}</title>
<script nonce="${nonce}">window.tenant = "${call.tenant}"</script></head>
<body class="shop ${call.tenant}">
<nav><a href="/">Home</a> <a href="/login">Log in</a></nav>
${body}
</body>
</html>
`
  return answerText(status, 'text/html; charset=utf-8', html, [
    ['Content-Security-Policy', `script-src 'nonce-${nonce}'`],
    ['Cache-Control', 'private, no-store'],
    ...headers,
  ])
}

/** A hidden input with a token that the next POST must bring; the shop remembers the token. */
export function csrfInput(call: Call): string {
  const token = drawHex(call, 'csrf-tokens', 32)
  remember(call.state.csrfTokens, token, call.tenant, csrfTokensMax)
  return `<input type="hidden" name="csrf" value="${token}">`
}

/** Forms that were never sent are forgotten. */
const csrfTokensMax = 20_000
