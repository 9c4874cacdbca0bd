// The console as its users have it: the real command on run folders, in a real browser.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { type RunningShop, startShop } from '../../shop/io/start-shop.ts'
import { formatRatio } from '../../src/console/browser/format.ts'
import type { CausesView } from '../../src/model/console.ts'
import type { ExchangePage } from '../../src/model/run-store.ts'
import { writeCapacityFiles } from '../../src/report/io/capacity-files.ts'
import {
  findBarriers,
  launchBrowser,
  openPage,
  type RunningConsole,
  startConsole,
} from '../support/console-browser.ts'
import { runRehearsal } from '../support/rehearsal.ts'
import { writeManyEndpoints, writeShopRun } from '../support/shop-run-folder.ts'
import { simulateReport } from '../support/simulated-capacity.ts'

const temporary = createTemporaryFolder('console')
const artefacts = join(import.meta.dirname, '../../.artefacts/console')
const images = join(import.meta.dirname, '../../docs/images')
const runs = join(temporary.path, 'runs')
const bugs = ['price-rounding', 'wrong-status', 'null-for-missing', 'slow-search'] as const

let shops: readonly RunningShop[] = []
let browser: Browser
let served: RunningConsole
const stress = await simulateReport()
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
  await writeShopRun(folder, { bugs: new Set(bugs), requests: 2_000, targets })
  mkdirSync(join(folder, 'capacity'))
  await writeCapacityFiles(join(folder, 'capacity'), stress)
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
    ['causes', 'causes', '.cause:nth-child(4) .finding'],
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
        if (name === 'now' && locale === 'zh-CN') await findUntranslated(page)
        if (name === 'stress') assert.ok(text.includes(formatRatio(stress.candidate.answer.level)))
        // Colours are those of the theme, and words hardly matter to barriers.
        if (locale === 'en-GB') {
          for (const found of await findBarriers(page)) barriers.push(`${name}: ${found}`)
        }
        const path = join(artefacts, `${name}-${locale}-${colorScheme}.png`)
        await page.screenshot({ path, fullPage: name !== 'endpoints' })
        const isShown = locale === 'en-GB' && colorScheme === 'light'
        if (isShown) await updateImage(page, name)
        if (isShown) await showOnPhone(page, name)
      }
      assert.deepEqual([faults, barriers], [[], []])
      await context.close()
    })
  }
}

/** A page is never wider than the screen; what is wider scrolls within it. */
async function showOnPhone(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!
  await page.setViewportSize({ width: 390, height: 844 })
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(width <= 390, `${name} has ${width} pixels`)
  await page.screenshot({ path: join(artefacts, `${name}-phone.png`) })
  await page.setViewportSize(size)
}

/** What the judge says is English, and known to the page by its form. */
async function findUntranslated(page: Page): Promise<void> {
  const said = await page.locator('.gates li > span').allInnerTexts()
  assert.deepEqual(
    said.filter((sentence) => !/[一-龥]/.test(sentence)),
    [],
  )
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
  // With arrows from row to row, of which most are not drawn until they are reached.
  await page.locator('.long').focus()
  await page.keyboard.press('ArrowDown')
  const isFocused = (hasText: string) => page.locator('a:focus', { hasText }).waitFor()
  await isFocused('/service-0000/')
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowDown')
  await isFocused('/service-0003/')
  await page.keyboard.press('End')
  await isFocused('/service-9999/')
  await page.keyboard.press('ArrowUp')
  await isFocused('/service-9998/')
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

test('a run that cannot be read is refused, or named among others, and so is a capacity', async () => {
  const bad = join(temporary.path, 'bad')
  mkdirSync(bad)
  writeFileSync(join(bad, 'run.duckdb'), 'nonsense')
  const refused = await runRehearsal(['console', bad, '--console', '127.0.0.1:0'])
  assert.equal(refused.status, 2, refused.output)
  assert.match(refused.output, /^rehearsal: \S+bad cannot be opened: .+\n$/)
  const both = await runRehearsal(['console', bad, bad.replace('bad', 'none'), '--console', ':0'])
  assert.deepEqual([both.status, both.output.includes('there is no run in')], [2, true])

  const good = join(temporary.path, 'good')
  cpSync(join(runs, 'release-41'), good, { recursive: true })
  writeFileSync(join(good, 'capacity.json'), '{"version": 1,')
  await using console = await startConsole(['console', bad, good, '--console', '127.0.0.1:0'])
  assert.match(console.output(), /^rehearsal: \S+bad cannot be opened: /m)
  const { page, context, faults } = await openPage(browser, console.url)
  await page.goto(`${console.url}#/good/stress`)
  await page.getByText(/good\/capacity\.json cannot be shown: it is no JSON/).waitFor()
  await page.goto(`${console.url}#/good/runs`)
  await page.getByText(/cannot be shown: \S+capacity\.json: it is no JSON/).waitFor()
  await page.getByText(/bad cannot be opened/).waitFor()
  assert.match(console.output(), /^rehearsal: \S+capacity\.json is not shown: it is no JSON/m)
  assert.deepEqual(faults, [])
  await context.close()
})

test('a taken port is told before anything runs', async () => {
  const port = new URL(served.url).port
  for (const flag of ['--console', '--metrics']) {
    const run = ['--input-dummy', '5', '--output-null', flag, `127.0.0.1:${port}`]
    const { status, output } = await runRehearsal([...run, '--exit-after', '1s'])
    assert.equal(status, 2, output)
    assert.match(output, new RegExp(`^rehearsal: .*${port}.*\n$`))
  }
})

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
