import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseCount,
  parseCountOrZero,
  parseDuration,
  parsePercent,
  parsePort,
  parseSize,
} from './units.ts'

const durations = [
  ['300ms', 300_000],
  ['5s', 5_000_000],
  ['1m', 60_000_000],
  ['1m30s', 90_000_000],
  ['1.5h', 5_400_000_000],
] as const

for (const [text, micros] of durations) {
  test(`${text} is ${micros} microseconds`, () => assert.equal(parseDuration('x', text), micros))
}

const sizes = [
  ['100', 100],
  ['5mb', 5 * 1024 * 1024],
  ['1GB', 1024 ** 3],
  ['0.5kb', 512],
] as const

for (const [text, bytes] of sizes) {
  test(`${text} is ${bytes} bytes`, () => assert.equal(parseSize('x', text), bytes))
}

for (const text of ['', '5', 's', '5x', '5s5', '-5s', '0s', ' 5s']) {
  test(`'${text}' is refused as a duration`, () => {
    assert.throws(() => parseDuration('exit-after', text), {
      code: 'bad-duration',
      message: `--exit-after '${text}' is no duration`,
    })
  })
}

for (const text of ['', 'mb', '-1', '5xb', '0', '0mb', '1 mb']) {
  test(`'${text}' is refused as a size`, () => {
    assert.throws(() => parseSize('x', text), { code: 'bad-size' })
  })
}

for (const text of ['', '0', '-1', '1.5', '1e3', 'many']) {
  test(`'${text}' is refused as a count`, () => {
    assert.throws(() => parseCount('x', text), { code: 'bad-count' })
  })
}

test('where nothing is a number, too, 0 is read and offered', () => {
  assert.deepEqual(
    ['0', '00', '7'].map((text) => parseCountOrZero('x', text)),
    [0, 0, 7],
  )
  assert.throws(() => parseCountOrZero('x', '-1'), { code: 'bad-count', hint: /write 0 or/ })
})

test('a port is a number from 1 to 65535', () => {
  assert.deepEqual(
    ['1', '65535'].map((text) => parsePort('x', text)),
    [1, 65_535],
  )
  for (const text of ['', '0', '65536', 'http', '-1', '1.5']) {
    assert.throws(() => parsePort('x', text), { code: 'bad-port' })
  }
})

test('a share is in percent', () => {
  assert.deepEqual(
    ['5%', '0.5%', '100%'].map((text) => parsePercent('x', text)),
    [5, 0.5, 100],
  )
  for (const text of ['5', '0%', '101%', '%']) assert.throws(() => parsePercent('x', text), /share/)
})
