import assert from 'node:assert/strict'
import { test } from 'node:test'
import { composeRedirect } from './redirect.ts'

const hosts = ['candidate:5000', 'candidate']

/** The request that follows an answer, as text; null where none does. */
function follow(status: number, location: string, request: string): string | null {
  const response = `HTTP/1.1 ${status} X\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`
  const next = composeRedirect(status, Buffer.from(response), Buffer.from(request), hosts)
  return next === null ? null : Buffer.from(next).toString()
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: candidate:5000\r\nA: 1\r\n\r\n`
const post =
  'POST /form HTTP/1.1\r\nHost: candidate:5000\r\nContent-Type: text/plain\r\n' +
  'Content-Length: 2\r\nCookie: a\r\n\r\nhi'

for (const [location, path] of [
  ['/b', '/b'],
  ['c?d=1', '/dir/c?d=1'],
  ['http://candidate:5000/e', '/e'],
  ['https://candidate/f', '/f'],
  ['//candidate:5000/g#part', '/g'],
] as const) {
  test(`from /dir/page, ${location} leads to ${path}`, () => {
    assert.equal(follow(302, location, get('/dir/page')), get(path))
  })
}

for (const location of ['http://elsewhere/', 'https://candidate.evil/', 'ftp://candidate/', '']) {
  test(`'${location}' is not followed: it leads away from the target, or nowhere`, () => {
    const next = follow(302, location, get('/'))
    assert.equal(location === '' ? next === null || next === get('/') : next === null, true)
  })
}

test('a redirect to the host that the request names stays on the target', () => {
  const request = get('/').replace('candidate:5000', 'shop.example')
  assert.match(follow(301, 'https://shop.example/x', request)!, /^GET \/x .*\r\nHost: shop.example/)
})

test('POST becomes GET without its body after 301, 302 and 303, and stays after 307 and 308', () => {
  const got = 'GET /b HTTP/1.1\r\nHost: candidate:5000\r\nCookie: a\r\n\r\n'
  for (const status of [301, 302, 303]) assert.equal(follow(status, '/b', post), got)
  for (const status of [307, 308]) {
    assert.equal(follow(status, '/b', post), post.replace('/form', '/b'))
  }
})

test('PUT stays PUT but after 303, and HEAD is HEAD always', () => {
  const method = (status: number, name: string) =>
    follow(status, '/b', post.replace('POST', name))!.split(' ')[0]
  assert.deepEqual(
    [302, 303].flatMap((status) => [method(status, 'PUT'), method(status, 'HEAD')]),
    ['PUT', 'HEAD', 'GET', 'HEAD'],
  )
})

test('300, 304 and answers without Location lead nowhere', () => {
  assert.equal(follow(300, '/b', get('/')), null)
  assert.equal(follow(304, '/b', get('/')), null)
  const bare = Buffer.from('HTTP/1.1 302 X\r\n\r\n')
  assert.equal(composeRedirect(302, bare, Buffer.from(get('/')), hosts), null)
})
