import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccessOptions, decideAccess } from './access.ts'

const open: AccessOptions = {
  token: null,
  names: ['preview'],
  cookie: 'rehearsal-7070',
  isSame: (a, b) => a === b,
}
const guarded: AccessOptions = { ...open, token: 'secret' }

const cases: readonly (readonly [
  who: string,
  options: AccessOptions,
  url: string,
  init: RequestInit,
  expected: string,
])[] = [
  ['a browser on this host', open, 'http://127.0.0.1:7070/', {}, 'granted'],
  ['a browser by IPv6', open, 'http://[::1]:7070/', {}, 'granted'],
  ['a browser through a tunnel', open, 'http://localhost:8080/', {}, 'granted'],
  ['a browser by a name that was given', open, 'http://preview:7070/', {}, 'granted'],
  ['a page whose name was rebound to this host', open, 'http://evil.example:7070/', {}, '421'],
  [
    'a page of another origin that reads',
    open,
    'http://localhost:7070/api/runs',
    { headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' } },
    '403',
  ],
  [
    'a form of another origin',
    open,
    'http://localhost:7070/api/runs/a/rules',
    { method: 'POST', headers: { origin: 'http://evil.example' } },
    '403',
  ],
  [
    'a form of an opaque origin',
    open,
    'http://localhost:7070/api/runs/a/rules',
    { method: 'POST', headers: { origin: 'null' } },
    '403',
  ],
  [
    'another port of this host',
    open,
    'http://localhost:7070/api/runs/a/rules',
    { method: 'POST', headers: { origin: 'http://localhost:9' } },
    '403',
  ],
  ['a write without an origin', open, 'http://localhost:7070/', { method: 'POST' }, '403'],
  [
    'its own page',
    open,
    'http://localhost:7070/api/runs/a/rules',
    {
      method: 'POST',
      headers: { origin: 'http://localhost:7070', 'sec-fetch-site': 'same-origin' },
    },
    'granted',
  ],
  [
    'its own page behind a proxy with TLS',
    open,
    'http://preview/api/runs/a/rules',
    { method: 'POST', headers: { origin: 'https://preview' } },
    'granted',
  ],
  [
    'a link on a page elsewhere',
    open,
    'http://localhost:7070/',
    { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
    'granted',
  ],
  ['nobody known', guarded, 'http://10.0.0.7:7070/', {}, '401'],
  ['one with a wrong token', guarded, 'http://10.0.0.7:7070/?token=guess', {}, '401'],
  [
    'one with the token in the address',
    guarded,
    'http://10.0.0.7:7070/?token=secret',
    {},
    'login / rehearsal-7070=secret; HttpOnly; SameSite=Strict; Path=/',
  ],
  [
    'one with the cookie',
    guarded,
    'http://10.0.0.7:7070/',
    { headers: { cookie: 'a=b; rehearsal-7070=secret' } },
    'granted',
  ],
  [
    'a scraper with the token',
    guarded,
    'http://10.0.0.7:7070/metrics',
    { headers: { authorization: 'Bearer secret' } },
    'granted',
  ],
  [
    'a scraper with a wrong token',
    guarded,
    'http://10.0.0.7:7070/metrics',
    { headers: { authorization: 'Bearer guess' } },
    '401',
  ],
  [
    'one with the cookie of another console',
    guarded,
    'http://10.0.0.7:7070/',
    { headers: { cookie: 'rehearsal-7071=secret' } },
    '401',
  ],
]

for (const [who, options, url, init, expected] of cases) {
  test(`${who} is answered: ${expected.split(' ')[0]}`, () => {
    const request = new Request(url, init)
    for (const [name, value] of Object.entries(init.headers ?? {})) {
      // These may be set by browsers alone.
      if (request.headers.get(name) === null) request.headers.set(name, String(value))
    }
    const access = decideAccess(request, options)
    const told =
      access.kind === 'refused'
        ? String(access.status)
        : access.kind === 'login'
          ? `login ${access.location} ${access.cookie}`
          : access.kind
    assert.equal(told, expected)
  })
}
