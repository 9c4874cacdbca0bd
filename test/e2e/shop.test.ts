import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { get } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { startShop } from '../../shop/io/start-shop.ts'

const shopFolder = join(import.meta.dirname, '../../shop')

function readRelease(port: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = get({ port, path: '/health', agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(JSON.parse(text).release))
    })
    sent.on('error', reject)
  })
}

test('the shop serves visitors as a process, with its switches, until SIGTERM', async () => {
  const args = ['--seed', '7', '--release', '2', '--data', '3', '--bugs', 'sort-order']
  await using shop = await startShop([...args, '--drift', 'all', '--noise', 'none'])
  assert.equal(await readRelease(shop.port), 2)
  const port = String(shop.port)
  const load = ['--port', port, '--data', '3', '--rate', '400', '--seconds', '2']
  const command = [join(shopFolder, 'visitors.ts'), ...load, '--visit-seconds', '0.5']
  const { stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  const { broken, byStatus } = JSON.parse(stdout)
  assert.equal(broken, 0)
  assert.ok(byStatus[201] > 0, stdout)
  assert.equal(await shop.stop(), 0)
})

test('the shop says which bugs there are when it is given one that there is not', () => {
  const command = [join(shopFolder, 'main.ts'), '--bugs', 'no-such-bug']
  const { stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /no no-such-bug among: price-rounding, /)
})
