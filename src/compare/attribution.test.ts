import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attribution, Label } from '../model/comparison.ts'
import { plain } from './answer-differences.ts'
import { attribute } from './attribution.ts'
import type { FoundDifference } from './difference-finder.ts'

const value = (to: string, more: Partial<FoundDifference> = {}): FoundDifference => ({
  ...plain('$.a', 'value', 's', to, 'word'),
  ...more,
})

/** The table of judging: whether each answer says `s`, as the baseline did first. */
const table: readonly (readonly [s2: string, p: string, c: string, label: Label | 'same'])[] = [
  ['s', 's', 's', 'same'],
  ['s', 'p', 's', 'drift'],
  ['s', 's', 'c', 'changed'],
  ['s', 'p', 'p', 'changed-agrees-with-production'],
  ['s', 'p', 'c', 'changed-under-drift'],
  ['x', 's', 's', 'unstable'],
  ['x', 'p', 's', 'unstable'],
  ['x', 's', 'c', 'unstable'],
  ['x', 'p', 'c', 'unstable'],
  ['x', 'p', 'p', 'unstable'],
]

for (const [s2, p, c, label] of table) {
  test(`with the baseline asked twice, S ${s2} P ${p} C ${c} is ${label}`, () => {
    const found = attribute({
      mode: 'baseline-twice',
      candidate: differing(c),
      production: differing(p),
      baseline2: differing(s2),
    })
    assert.deepEqual(
      found.map((attribution) => attribution.label),
      label === 'same' ? [] : [label],
    )
    for (const { values, equal } of found) {
      assert.deepEqual(values, { production: p, baseline: 's', baseline2: s2, candidate: c })
      assert.deepEqual(equal, {
        baselines: s2 === 's',
        baselineProduction: p === 's',
        candidateBaseline: c === 's',
        candidateProduction: c === p,
      })
    }
  })
}

for (const [s2, p, c, label] of table.filter((row) => row[0] === 's')) {
  test(`with the baseline asked once, S ${s2} P ${p} C ${c} is ${label}`, () => {
    const found = attribute({
      mode: 'baseline',
      candidate: differing(c),
      production: differing(p),
      baseline2: null,
    })
    assert.deepEqual(
      found.map((attribution) => attribution.label),
      label === 'same' ? [] : [label],
    )
  })
}

test('without production’s answer what differs from the baseline is changed', () => {
  const [found] = once([value('c')], null)
  assert.deepEqual([found?.label, found?.weight], ['changed', 'fail'])
  assert.deepEqual(found?.values, { baseline: 's', candidate: 'c' })
})

test('with production alone a value is advice, and shape and status may fail', () => {
  const status = plain('status', 'status', '200', '500', 'integer')
  const missing = plain('$.b', 'missing', '1', null, 'integer')
  const found = attribute({
    mode: 'production',
    candidate: [value('c'), status, missing],
    production: null,
    baseline2: null,
  })
  assert.deepEqual(
    found.map(({ weight }) => weight),
    ['advice', 'fail', 'fail'],
  )
  assert.ok(found[0]!.confidence > 0 && found[0]!.confidence < 1)
})

test('with production alone a rule that holds explains, and one that breaks is told', () => {
  const alias = value('c', { rule: 'alias', holds: true, evident: true })
  const nonce = value('c', { rule: 'uuid', holds: true, evident: true })
  const broken = value('c', { rule: 'alias', holds: false, evident: true })
  const found = attribute({
    mode: 'production',
    candidate: [alias, nonce, broken],
    production: null,
    baseline2: null,
  })
  assert.deepEqual(
    found.map(({ label, weight }) => [label, weight]),
    [
      ['drift', 'none'],
      ['unstable', 'none'],
      ['changed', 'advice'],
    ],
  )
})

const random = { rule: 'uuid', holds: true, evident: false } as const

test('a random value that production and baseline agree on has to be equal', () => {
  assert.equal(once([value('c', random)], [])[0]?.label, 'changed')
})

test('a random value that they do not agree on is held to its form', () => {
  assert.equal(once([value('c', random)], [value('p', random)])[0]?.label, 'unstable')
})

test('data that means the same in production makes a change a change, not drift', () => {
  const drift = value('p', { rule: 'alias', holds: true, evident: true })
  assert.equal(once([value('c')], [drift])[0]?.label, 'changed')
})

test('an unstable value of another type breaks even its form', () => {
  const type = plain('$.a', 'type', 's', '1', 'word')
  const [found] = twice([type], [value('x')])
  assert.deepEqual([found?.label, found?.weight], ['changed', 'fail'])
})

test('an unstable value that is a thousand times as long is checked', () => {
  const found = twice([value('c'.repeat(60))], [value('xy')])
  assert.deepEqual(
    [found[0]?.label, found[0]?.holds, found[0]?.weight],
    ['unstable', false, 'check'],
  )
  assert.equal(twice([value('cd')], [value('xy')])[0]?.weight, 'none')
})

test('that a value is missing is a change, although production has another one there', () => {
  const missing = plain('$.a', 'missing', 's', null, 'word')
  for (const drift of [value('p'), plain('$.a', 'type', 's', 'null', 'word')]) {
    const [found] = once([missing], [drift])
    assert.deepEqual([found?.label, found?.weight], ['changed', 'fail'])
    assert.equal(found?.values.production, drift.to)
  }
})

test('what stands inside something that is missing in the other answer is covered by it', () => {
  const inner = { ...value('c'), path: '$.a.b', at: '$.a.b' }
  const outer = plain('$.a', 'missing', '{}', null, 'object')
  const [found] = once([inner], [outer])
  assert.equal(found?.label, 'changed-under-drift')
  assert.equal(found.values.production, null)
})

test('a list whose elements come and go in the baseline is loose', () => {
  const extra = (at: string) => ({ ...plain('$[*]', 'element-extra', null, 'x', 'word'), at })
  const [found] = twice([extra('$[+a]')], [extra('$[+b]')])
  assert.deepEqual([found?.label, found?.weight], ['unstable', 'none'])
})

test('an error of the server counts, even where production’s data is other', () => {
  const [c, p] = ['500', '404'].map((to) => plain('status', 'status', '200', to, 'integer'))
  assert.deepEqual(
    once([c!], [p!]).map(({ label, weight }) => [label, weight]),
    [['changed-under-drift', 'fail']],
  )
})

function differing(text: string): readonly FoundDifference[] {
  return text === 's' ? [] : [value(text)]
}

function once(
  candidate: readonly FoundDifference[],
  production: readonly FoundDifference[] | null,
): readonly Attribution[] {
  return attribute({ mode: 'baseline', candidate, production, baseline2: null })
}

function twice(
  candidate: readonly FoundDifference[],
  baseline2: readonly FoundDifference[],
): readonly Attribution[] {
  return attribute({ mode: 'baseline-twice', candidate, production: [], baseline2 })
}
