import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainTlsError } from './target-dial.ts'

const reasons: readonly (readonly [string, RegExp])[] = [
  [
    'self-signed certificate; if the root CA is installed locally, try running Node.js with …',
    /^self-signed certificate; name its authority with --output-http-ca/,
  ],
  ['certificate has expired', /^certificate has expired; renew its certificate/],
  ["IP: ::1 is not in the cert's list: 127.0.0.1", /127\.0\.0\.1; name it as its certificate does/],
  ['tlsv13 alert certificate required', /; show it a certificate/],
  ['wrong version number', /; it may speak no TLS/],
]

test('a target that TLS cannot be had with is told with what helps there', () => {
  for (const [why, expected] of reasons) assert.match(explainTlsError(why), expected)
})
