import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTargetUrl } from './target-url.ts'

const cases = [
  ['http://staging', 'staging', 80, false, 'staging', ''],
  ['http://127.0.0.1:5000', '127.0.0.1', 5000, false, '127.0.0.1:5000', ''],
  ['http://127.0.0.1:5000/', '127.0.0.1', 5000, false, '127.0.0.1:5000', ''],
  ['https://staging/v2/', 'staging', 443, true, 'staging', '/v2'],
  ['http://[::1]:8080/a/b', '::1', 8080, false, '[::1]:8080', '/a/b'],
  ['staging:8080', 'staging', 8080, false, 'staging:8080', ''],
] as const

for (const [text, host, port, secure, header, pathPrefix] of cases) {
  test(`${text} connects to ${host} port ${port} and says Host: ${header}`, () => {
    const endpoint = { host, port, secure }
    assert.deepEqual(parseTargetUrl(text), { endpoint, host: header, pathPrefix })
  })
}

for (const text of ['', 'ftp://x', 'http://', 'http://u:p@x', 'http://x/?a=1', 'http://x:99999']) {
  test(`'${text}' is refused as a target`, () => {
    assert.throws(() => parseTargetUrl(text), { name: 'OperatorError', code: 'bad-target' })
  })
}

test('the line that refuses a target with a password does not repeat it', () => {
  assert.throws(() => parseTargetUrl('http://user:secret@staging:81/'), {
    message: "the target 'http://…@staging:81' holds a user or a password",
  })
})
