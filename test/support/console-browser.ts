// The console in a real browser: the command on run folders, and Debian's Chromium in front of it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Child, startChild, waitMillisMax, waitUntil } from '../../scripts/child.ts'
import { ensureCommand } from '../../scripts/system-packages.ts'

export interface RunningConsole extends AsyncDisposable {
  /** As it was printed. */
  readonly url: string
  readonly pid: number
  output(): string
  /** Ends it as an operator does, and waits for what it says last. */
  stop(): Promise<void>
}

/** Starts `rehearsal WORDS…`; resolves when it has printed the console's address. */
export async function startConsole(args: readonly string[]): Promise<RunningConsole> {
  const found = { url: '' }
  const child: Child = startChild({
    command: join(import.meta.dirname, '../../bin/rehearsal'),
    args,
    onLine: (line) => {
      found.url = /^console: (http:\S+)$/.exec(line)?.[1] ?? found.url
    },
  })
  await waitUntil(child, 'the console', () => found.url !== '')
  return {
    url: found.url,
    pid: child.pid,
    output: child.output,
    stop: async () => void (await child.stop('SIGINT')),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = ensureCommand('chromium')
  // Chromium's own sandbox needs a user other than root.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}

export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** What must not happen: errors of the page, and requests to anywhere else. */
  readonly faults: string[]
}

export interface PageOptions {
  readonly locale?: 'en-GB' | 'zh-CN'
  readonly colorScheme?: 'light' | 'dark'
}

/** A page that notes whatever goes wrong in it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: options.locale ?? 'en-GB',
    colorScheme: options.colorScheme ?? 'light',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(waitMillisMax)
  const page = await context.newPage()
  const faults: string[] = []
  const { origin } = new URL(url)
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`request to ${request.url()}`)
  })
  return { page, context, faults }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious faults of accessibility (axe-core, WCAG 2 A and AA), a line each. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  return await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run: AxeRun } }).axe
    const { violations } = await run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

type AxeRun = (options: object) => Promise<{
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}>
