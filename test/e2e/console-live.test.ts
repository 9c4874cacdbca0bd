// The console of a run that goes on, as its users have it: the real command between real servers,
// in a real browser.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { type RunningShop, startShop } from '../../shop/io/start-shop.ts'
import { verdictExitCodes } from '../../src/cli/verdict-command.ts'
import {
  launchBrowser,
  openPage,
  type RunningConsole,
  startConsole,
} from '../support/console-browser.ts'
import { fetchUntil } from '../support/rehearsal.ts'
import { recordShop } from '../support/shop-recording.ts'

const temporary = createTemporaryFolder('console-live')
let shops: readonly RunningShop[] = []
let browser: Browser

before(async () => {
  const bugs = ['price-rounding', 'wrong-status', 'null-for-missing']
  const [baseline, candidate, launched] = await Promise.all([
    startShop(['--seed', '7', '--release', '1']),
    startShop(['--seed', '7', '--release', '2', '--bugs', bugs.join()]),
    launchBrowser(),
  ])
  shops = [baseline, candidate]
  browser = launched
})

after(async () => {
  await browser?.close()
  await Promise.all(shops.map((shop) => shop[Symbol.asyncDispose]()))
  temporary[Symbol.dispose]()
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
  await fetchUntil(`${compared.url}metrics`, (text) =>
    /^rehearsal_compared_exchanges_total\{/m.test(text),
  )
  await replayMasked(page, compared)
  await ruleAll(page, compared)
  assert.deepEqual(faults, [], compared.output())
  await compared.stop()
  // As it is printed at the end, and as it is judged from what is stored.
  const [, printed] = /^verdict: (pass|undecided)\b/m.exec(compared.output()) ?? []
  assert.ok(printed !== undefined, compared.output())
  const verdict = printed as 'pass' | 'undecided'
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
  await page.goto(`${url}#/live/endpoint?name=GET%20/products/%7Bid%7D`)
  // Of what is stored while a run goes on, only the examples of findings stay.
  const example = page.locator('.finding a[href*="exchange?id="]').first()
  // A link that moves as its page grows may be missed by a click.
  await example.press('Enter')
  const masked = page.getByText(/may not know them: header user-agent/)
  await masked.waitFor()
  await page.getByRole('button', { name: 'Replay again now' }).click()
  await page.getByText('Replayed at').waitFor()
  assert.equal(await masked.count(), 2)
}

/** Accepts whatever differs, in the page, which then no longer says that the run fails. */
async function ruleAll(page: Page, { url }: RunningConsole): Promise<void> {
  await page.goto(`${url}#/live/rules`)
  await page.waitForSelector('.side .verdict-fail')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('textbox', { name: /^Reason/ }).fill('all of it is meant so')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.waitForSelector('main .verdict:not(.verdict-fail)')
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
