import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFinding } from '../../test/support/findings.ts'
import { openCauses } from './open-causes.ts'

test('a cause is open until all of it is accepted', () => {
  const findings = [
    createFinding({ id: 'a', state: 'confirmed' }),
    createFinding({ id: 'b', state: 'accepted' }),
    createFinding({ id: 'c', state: 'accepted' }),
  ]
  const causes = [['a'], ['a', 'b'], ['b', 'c']].map((ids) => {
    return { title: ids.join(), findings: ids, endpoints: 1, shown: 1 }
  })
  const open = openCauses({ causes, findings }).map(({ title }) => title)
  assert.deepEqual(open, ['a', 'a,b'])
})
