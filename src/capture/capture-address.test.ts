import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { OperatorError } from '../model/operator-error.ts'
import {
  formatIpAddress,
  namesEveryPort,
  parseCaptureAddress,
  parseIpAddress,
} from './capture-address.ts'

function checkRead(text: string, expected: readonly string[]): void {
  const read = parseCaptureAddress(text).map(({ host, port }) => `${host ?? '*'} ${port}`)
  assert.deepEqual(read, expected, text)
}

function checkFormat(text: string, expected: string): void {
  assert.equal(formatIpAddress(parseIpAddress(text)!, 0), expected)
}

test('an address names a port, a host and a port, or a list of both', () => {
  checkRead(':80', ['* 80'])
  checkRead('80', ['* 80'])
  checkRead('10.0.0.5:8080', ['10.0.0.5 8080'])
  checkRead('[::1]:80', ['::1 80'])
  checkRead('localhost:80', ['localhost 80'])
  checkRead(':80,:8080', ['* 80', '* 8080'])
  checkRead('web-1.example:80, [fe80::1]:443', ['web-1.example 80', 'fe80::1 443'])
})

test('a bare port in a list belongs to the host before it', () => {
  checkRead(':80,8080', ['* 80', '* 8080'])
  checkRead('10.0.0.5:80,8080', ['10.0.0.5 80', '10.0.0.5 8080'])
})

test('an interface is named as a host is, or by how its name begins', () => {
  checkRead('eth0:80', ['eth0 80'])
  checkRead('eth*:80,81', ['eth* 80', 'eth* 81'])
})

test('port 0, or none, is every port', () => {
  checkRead(':0', ['* 0'])
  checkRead(':', ['* 0'])
  checkRead(': ', ['* 0'])
  checkRead('10.0.0.5:', ['10.0.0.5 0'])
  const [endpoint] = [{ address: null, port: 0 }]
  assert.equal(namesEveryPort([{ address: null, port: 80 }, endpoint!]), true)
  assert.equal(namesEveryPort([{ address: null, port: 80 }]), false)
})

test('a Kubernetes address is refused in one line that says what to do', () => {
  const refuse = () => parseCaptureAddress('k8s://default/deployment/web:80')
  assert.throws(refuse, { code: 'unsupported-address', message: /come in a later release/ })
})

test('the unspecified addresses mean every address', () => {
  checkRead('0.0.0.0:80', ['* 80'])
  checkRead('[::]:80', ['* 80'])
})

test('an unreadable address is refused with the right forms', () => {
  const bad = ['', 'host', ':65536', '*:80', 'et*h:80', '::1:80', '[::1]', '[10.0.0.5:80', ':80,']
  bad.push('[host]:80', 'a b:80', 'http://host:80', ':80x', ':-1')
  for (const text of bad) {
    assert.throws(
      () => parseCaptureAddress(text),
      (error) => error instanceof OperatorError && /\[::1\]:80/.test(error.hint),
      text,
    )
  }
})

test('IPv4 addresses become mapped words', () => {
  assert.deepEqual([...parseIpAddress('10.0.0.255')!], [0, 0, 0xffff, 0x0a0000ff])
  assert.deepEqual([...parseIpAddress('255.255.255.255')!], [0, 0, 0xffff, -1])
  assert.deepEqual(parseIpAddress('::ffff:10.0.0.255'), parseIpAddress('10.0.0.255'))
})

test('what is no IP address is told so', () => {
  const bad = [
    '',
    'host',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ':::',
    '::1::',
  ]
  bad.push('1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4::5:6:7:8', '12345::', 'g::', '1.2.3.4::')
  bad.push('fe80::1%eth0', ':1::', '1:', '::1.2.3.4:5')
  for (const text of bad) assert.equal(parseIpAddress(text), null, text)
})

test('IPv6 addresses are written as RFC 5952 asks', () => {
  checkFormat('2001:DB8::0001', '2001:db8::1')
  checkFormat('2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1')
  checkFormat('2001:0:0:1:0:0:0:1', '2001:0:0:1::1')
  checkFormat('2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1')
  checkFormat('::', '::')
  checkFormat('::1', '::1')
  checkFormat('fe80::', 'fe80::')
  checkFormat('::ffff:1.2.3.4', '1.2.3.4')
})

test('every address reads back as what it was written from', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const words = parseIpAddress(text)
      assert.ok(words !== null, text)
      assert.deepEqual(parseIpAddress(formatIpAddress(words, 0)), words)
    }),
  )
})
