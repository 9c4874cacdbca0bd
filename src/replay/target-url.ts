// `--output-http URL`: where to connect, which Host to send, which path to put in front.
import { OperatorError } from '../model/operator-error.ts'
import type { Endpoint } from '../model/world.ts'

export interface TargetUrl {
  readonly endpoint: Endpoint
  /** The value of the Host header, with the port where it is not the scheme's own. */
  readonly host: string
  /** Empty, or a path without a slash at its end. */
  readonly pathPrefix: string
}

/** Reads `http://host[:port][/prefix]`, `https://…` or a bare `host:port`. */
export function parseTargetUrl(text: string): TargetUrl {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url === null || url.hostname === '' || !schemes.has(url.protocol)) {
    throw unusable(text, 'is no http or https address')
  }
  if (url.username !== '' || url.password !== '') {
    throw unusable(`${url.protocol}//…@${url.host}`, 'holds a user or a password')
  }
  if (url.search !== '' || url.hash !== '') throw unusable(text, 'has a query or a fragment')
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  if (port === 0) throw unusable(text, 'names port 0')
  const endpoint = { host: url.hostname.replace(/^\[|\]$/g, ''), port, secure }
  return { endpoint, host: url.host, pathPrefix: url.pathname.replace(/\/+$/, '') }
}

const schemes = new Set(['http:', 'https:'])

function unusable(text: string, why: string): OperatorError {
  return new OperatorError(
    'bad-target',
    `the target '${text}' ${why}`,
    'write http://staging, http://10.0.0.7:8080 or http://staging/prefix',
  )
}
