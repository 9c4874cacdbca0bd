// The console as its users have it: the real command on run folders, in a real browser.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { type RunningShop, startShop } from '../../shop/io/start-shop.ts'
import { verdictExitCodes } from '../../src/cli/verdict-command.ts'
import type { CausesView } from '../../src/model/console.ts'
import type { ExchangePage } from '../../src/model/run-store.ts'
import { createStressReport } from '../support/capacity.ts'
import {
  findBarriers,
  launchBrowser,
  openPage,
  type RunningConsole,
  startConsole,
} from '../support/console-browser.ts'
import { recordShop } from '../support/shop-recording.ts'
import { writeManyEndpoints, writeShopRun } from '../support/shop-run-folder.ts'

const temporary = createTemporaryFolder('console')
const artefacts = join(import.meta.dirname, '../../.artefacts/console')
const images = join(import.meta.dirname, '../../docs/images')
const runs = join(temporary.path, 'runs')
const bugs = ['price-rounding', 'wrong-status', 'null-for-missing', 'slow-search'] as const

let shops: readonly RunningShop[] = []
let browser: Browser
let served: RunningConsole
/** Of the run with bugs: the causes and their findings. */
let causes: CausesView

before(async () => {
  mkdirSync(artefacts, { recursive: true })
  const starting = Promise.all([
    startShop(['--seed', '7', '--release', '1']),
    startShop(['--seed', '7', '--release', '2', '--bugs', bugs.join()]),
    launchBrowser(),
  ])
  await writeShopRun(join(runs, 'release-41'), { bugs: new Set(), requests: 400, seed: 3 })
  const [baseline, candidate, launched] = await starting
  shops = [baseline, candidate]
  browser = launched
  const targets = {
    baseline: `http://127.0.0.1:${baseline.port}`,
    candidate: `http://127.0.0.1:${candidate.port}`,
  }
  const folder = join(runs, 'release-42')
  await writeShopRun(folder, { bugs: new Set(bugs), requests: 1_500, targets })
  writeFileSync(join(folder, 'capacity.json'), JSON.stringify(createStressReport()))
  served = await startConsole(['console', runs, '--console', '127.0.0.1:0'])
  const answer = await fetch(`${served.url}api/runs/release-42/causes`)
  causes = (await answer.json()) as CausesView
})

after(async () => {
  await browser?.close()
  await served?.[Symbol.asyncDispose]()
  await Promise.all(shops.map((shop) => shop[Symbol.asyncDispose]()))
  temporary[Symbol.dispose]()
})

/** Each page: its address, and what stands there in any language when it is complete. */
function listPages(): readonly (readonly [name: string, hash: string, proof: string])[] {
  const finding = causes.findings.find(({ path }) => path === '$.price.amount')!
  const endpoint = new URLSearchParams({ name: finding.endpoint }).toString()
  const exchange = new URLSearchParams({ id: finding.examples[0]! }).toString()
  return [
    ['now', 'now', '.picture .lane:nth-child(2) .ribbon'],
    ['causes', 'causes', '.cause:nth-child(3) .finding'],
    ['endpoints', 'endpoints', '.rows tbody tr:nth-child(9) .bar'],
    ['endpoint', `endpoint?${endpoint}`, '.distribution .area-candidate'],
    ['exchange', `exchange?${exchange}`, '.sides .differs-changed .other'],
    ['rules', 'rules', '.empty'],
    ['stress', 'stress', '.curve circle.breaks'],
    ['runs', 'runs', 'tbody tr:nth-child(2) .verdict'],
  ]
}

for (const locale of ['en-GB', 'zh-CN'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page shows a run's data, in ${locale} and ${colorScheme}, without a fault`, async () => {
      const { page, context, faults } = await openPage(browser, served.url, {
        locale,
        colorScheme,
      })
      const barriers: string[] = []
      for (const [name, hash, proof] of listPages()) {
        await page.goto(`${served.url}#/release-42/${hash}`)
        await page.waitForSelector(proof)
        const text = await page.innerText('body')
        assert.doesNotMatch(text, /\{(?!id\})[a-z]+\}|undefined|NaN|\[object/, name)
        assert.equal(/[一-龥]{2}/.test(text.replace('中文', '')), locale === 'zh-CN', name)
        // Colours are those of the theme, and words hardly matter to barriers.
        if (locale === 'en-GB') {
          for (const found of await findBarriers(page)) barriers.push(`${name}: ${found}`)
        }
        const path = join(artefacts, `${name}-${locale}-${colorScheme}.png`)
        await page.screenshot({ path, fullPage: name !== 'endpoints' })
        const isShown = locale === 'en-GB' && colorScheme === 'light'
        if (isShown) await updateImage(page, name)
      }
      assert.deepEqual([faults, barriers], [[], []])
      await context.close()
    })
  }
}

/** With UPDATE=1: the pictures that the documents show. */
async function updateImage(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE !== '1' || !['now', 'exchange'].includes(name)) return
  mkdirSync(images, { recursive: true })
  await page.screenshot({ path: join(images, `console-${name}.png`) })
}

test('a rule that is made in the page changes the verdict, on all pages that are open', async () => {
  const { page, context, faults } = await openPage(browser, served.url)
  const other = await context.newPage()
  await other.goto(`${served.url}#/release-42/now`)
  await other.waitForSelector('.side .verdict-fail')
  await page.goto(`${served.url}#/release-42/causes`)
  const accept = page.locator('.cause').first().getByRole('button', { name: 'Accept…' })
  await accept.click()
  const field = (name: RegExp) => page.getByRole('textbox', { name })
  await field(/^Endpoint/).fill('*')
  await field(/^Place/).fill('*')
  await field(/^Kind/).fill('')
  await field(/^Reason/).fill('meant so in release 42')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByText('Saved. The verdict is Pass.').waitFor()
  await page.waitForSelector('.side .verdict-pass')
  // Told by server-sent events.
  await other.waitForSelector('.side .verdict-pass')
  const rules = join(runs, 'release-42/rules.yaml')
  assert.match(readFileSync(rules, 'utf8'), /action: accept[\s\S]*reason: meant so in release 42/)

  await page.goto(`${served.url}#/release-42/rules`)
  await page.getByText('meant so in release 42').waitFor()
  await page.screenshot({ path: join(artefacts, 'rules-with-one.png') })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForSelector('main .verdict-fail')
  await other.waitForSelector('.side .verdict-fail')
  assert.deepEqual(faults, [])
  await context.close()
})

test('an exchange is put again, and copied as a command', async () => {
  const { page, context, faults } = await openPage(browser, served.url)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const [, hash] = listPages()[4]!
  await page.goto(`${served.url}#/release-42/${hash}`)
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByText('Copied').waitFor()
  const command = await page.evaluate<string>('navigator.clipboard.readText()')
  assert.match(command, /^curl -i http:\/\/127\.0\.0\.1:\d+\/products\//)
  const [baseline, candidate] = shops.map(urlOf)
  await page.getByText(`to ${baseline} and ${candidate}, marked X-Rehearsal: 1`).waitFor()
  await page.getByRole('button', { name: 'Replay again now' }).click()
  await page.getByText('Replayed at').waitFor()
  // Beside what is stored, and marked where the two of now differ.
  const columns = await page.locator('.sides thead .role').allInnerTexts()
  assert.deepEqual(columns.slice(-2), ['Baseline now', 'Candidate now'])
  assert.deepEqual(columns.slice(0, 2), ['Production', 'Baseline'])
  await page.waitForSelector('.sides .differs-changed td:last-child.other')
  await page.screenshot({ path: join(artefacts, 'exchange-again.png'), fullPage: true })
  await page.getByRole('button', { name: 'Raw' }).click()
  await page.getByText('HTTP/1.1 200 OK').first().waitFor()
  assert.deepEqual(faults, [])
  await context.close()
})

test('a request that may change data is replayed only when that is confirmed', async () => {
  const path = `${served.url}api/runs/release-42/exchanges?endpoint=POST%20/cart/items&limit=1`
  const { entries } = (await (await fetch(path)).json()) as ExchangePage
  const { page, context, faults } = await openPage(browser, served.url)
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postData() ?? '')
  })
  await page.goto(`${served.url}#/release-42/exchange?id=${entries[0]!.exchange}`)
  const again = page.getByRole('button', { name: 'Replay again now…' })
  await again.click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await again.click()
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  assert.deepEqual(sent, [])
  await again.click()
  await page.getByRole('button', { name: 'Replay it' }).click()
  await page.getByText('Replayed at').waitFor()
  assert.deepEqual(sent, ['{"confirmed":true}'])
  assert.deepEqual(faults, [])
  await context.close()
})

test('the page is used with the keyboard alone, and in either language', async () => {
  const { page, context } = await openPage(browser, served.url)
  await page.goto(`${served.url}#/release-42/now`)
  await page.waitForSelector('.picture')
  await page.getByRole('link', { name: /^Causes/ }).focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('.cause')
  await tabTo(page, 'Accept…')
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog[open]')
  assert.equal(await page.evaluate('document.activeElement.id'), 'rule-reason')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '原因', exact: true }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '原因', exact: true }).waitFor()
  await context.close()
})

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate('document.activeElement.textContent')) === name) return
  }
  assert.fail(`no way to ${name}`)
}

test('ten thousand endpoints are a table of a few rows, and captured markup is text', async () => {
  const folder = join(temporary.path, 'many')
  const exchange = await writeManyEndpoints(folder, 10_000)
  await using console = await startConsole(['console', folder, '--console', '127.0.0.1:0'])
  const { page, context, faults } = await openPage(browser, console.url)
  await page.goto(`${console.url}#/many/endpoints?sort=endpoint&down=false`)
  await page.getByText('10,000 of 10,000').waitFor()
  await page.evaluate("document.querySelector('.long').scrollTop = 1e9")
  await page.getByText('/service-9999/orders').waitFor()
  assert.ok((await page.locator('.rows tbody tr').count()) < 80)
  await page.getByRole('searchbox').fill('service-4711')
  await page.getByText('1 of 10,000').waitFor()

  await page.goto(`${console.url}#/many/exchange?id=${exchange}`)
  await page.getByRole('button', { name: 'Raw' }).click()
  await page.getByText('<script>x</script>').first().waitFor()
  assert.equal(await page.locator('main script').count(), 0)
  assert.deepEqual(faults, [])
  await context.close()
})

test('other hosts need the token, which goes into a cookie and out of the address', async () => {
  const args = ['console', join(runs, 'release-41'), '--console', '0.0.0.0:0']
  await using console = await startConsole(args)
  const { origin, port } = new URL(console.url)
  assert.equal((await fetch(`${origin}/api/runs`)).status, 401)
  assert.equal(await askAs('evil.example', Number(port)), 421)
  const { page, context, faults } = await openPage(browser, console.url)
  await page.goto(console.url)
  await page.waitForSelector('.hero')
  assert.doesNotMatch(page.url(), /token/)
  assert.equal(await page.evaluate('document.cookie'), '')
  assert.deepEqual(faults, [], console.output())
  await context.close()
})

test('a run is watched while it goes on: its numbers grow by themselves', async () => {
  const recording = join(temporary.path, 'production.gor')
  writeFileSync(recording, recordShop(7, 600))
  const [baseline, candidate] = shops.map(urlOf)
  const words = [
    '--input-file',
    `${recording}|800%`,
    '--input-file-loop',
    '--output-http',
    candidate!,
  ]
  const folder = join(temporary.path, 'live')
  const comparing = ['--baseline-http', baseline!, '--compare', folder]
  const masking = ['--redact', 'header:User-Agent']
  const listening = ['--console', '127.0.0.1:0']
  await using compared = await startConsole([...words, ...comparing, ...masking, ...listening])
  const { page, context, faults } = await openPage(browser, compared.url)
  await page.goto(compared.url)
  await page.waitForSelector('.measured canvas')
  await page.waitForSelector('.run .pulse')
  const first = await page.locator('.stage:last-child .figure').innerText()
  // Told by server-sent events: nobody asks.
  const others = { hasNotText: new RegExp(`^${first}$`) }
  await page.locator('.stage:last-child .figure').filter(others).waitFor()
  await page.getByRole('link', { name: /^Endpoints/ }).click()
  await page.getByText('/products/{id}').first().waitFor()
  const metrics = await (await fetch(`${compared.url}metrics`)).text()
  assert.match(metrics, /^rehearsal_compared_exchanges_total\{/m)
  await replayMasked(page, compared)
  const verdict = await ruleAll(page, compared)
  assert.deepEqual(faults, [], compared.output())
  await compared.stop()
  // As it is printed at the end, and as it is judged from what is stored.
  assert.match(compared.output(), new RegExp(`^verdict: ${verdict}\\b`, 'm'))
  const judged = rehearsal('verdict', folder)
  assert.equal(judged.status, verdictExitCodes[verdict], judged.stdout)

  // A file of rules that is not there yet is made by an edit, and refused by whoever reads it.
  const fresh = join(temporary.path, 'fresh.yaml')
  const unread = rehearsal('verdict', folder, '--rules', fresh)
  assert.deepEqual([unread.status, unread.stderr.split('\n').length], [2, 2], unread.stderr)
  const edit = rehearsal('rules', folder, 'accept', '*', '--reason', 'meant', '--rules', fresh)
  assert.equal(edit.status, 0, edit.stderr)
  assert.match(edit.stdout, new RegExp(`^${verdict}`, 'im'))
  await context.close()
})

/** A stored exchange of which something was masked: the page says so, before and after. */
async function replayMasked(page: Page, { url }: RunningConsole): Promise<void> {
  await page.goto(`${url}#/live/endpoint?name=GET%20/products`)
  await page.locator('a[href*="exchange?id="]').first().click()
  const masked = page.getByText(/may not know them: header user-agent/)
  await masked.waitFor()
  await page.getByRole('button', { name: 'Replay again now' }).click()
  await page.getByText('Replayed at').waitFor()
  assert.equal(await masked.count(), 2)
}

/** Accepts whatever differs, in the page, and answers the verdict that the run then has. */
async function ruleAll(page: Page, { url }: RunningConsole): Promise<'pass' | 'undecided'> {
  await page.goto(`${url}#/live/rules`)
  await page.waitForSelector('.side .verdict-fail')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('textbox', { name: /^Reason/ }).fill('all of it is meant so')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.waitForSelector('main .verdict:not(.verdict-fail)')
  return (await page.locator('main .verdict-pass').count()) > 0 ? 'pass' : 'undecided'
}

test('a run that compares nothing shows where its messages go', async () => {
  const args = ['--input-dummy', '50', '--output-http', urlOf(shops[0]!)]
  await using copied = await startConsole([...args, '--console', '127.0.0.1:0'])
  const { page, context, faults } = await openPage(browser, copied.url)
  await page.goto(copied.url)
  await page.getByText('compares nothing').waitFor()
  await page.waitForSelector('.lane .ribbon')
  await page.waitForSelector('.measured canvas')
  assert.deepEqual(faults, [], copied.output())
  await context.close()
})

function rehearsal(...words: readonly string[]) {
  const command = join(import.meta.dirname, '../../bin/rehearsal')
  return spawnSync(command, words, { encoding: 'utf8' })
}

function urlOf({ port }: RunningShop): string {
  return `http://127.0.0.1:${port}`
}

/** The status of an answer to a page whose name was made to point here. */
function askAs(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/api/runs', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
