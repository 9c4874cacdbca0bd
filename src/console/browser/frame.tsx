// What stands around every page: the run, its verdict, the way to other pages, language and theme.
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { CausesPage } from './causes-page.tsx'
import { EndpointPage } from './endpoint-page.tsx'
import { EndpointsPage } from './endpoints-page.tsx'
import { ExchangePage } from './exchange-page.tsx'
import { formatCount } from './format.ts'
import { NowPage } from './now-page.tsx'
import type { PageName } from './route.ts'
import { RuleDialog, said } from './rule-form.tsx'
import { RulesPage } from './rules-page.tsx'
import { RunsPage } from './runs-page.tsx'
import { isLost, language, linkTo, overview, route, type Theme, t, theme, tOf } from './state.ts'
import { StressPage } from './stress-page.tsx'
import { VerdictMark } from './widgets.tsx'

const views: Readonly<Record<PageName, () => JSX.Element>> = {
  now: NowPage,
  causes: CausesPage,
  endpoints: EndpointsPage,
  endpoint: EndpointPage,
  exchange: ExchangePage,
  rules: RulesPage,
  stress: StressPage,
  runs: RunsPage,
}

export function Frame(): JSX.Element {
  const { page, run } = route.value
  // What was said of one page is no news on the next.
  useEffect(() => {
    said.value = ''
  }, [page, run])
  const View = run === null ? RunsPage : views[page]
  return (
    <div class="frame">
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {t('app.skip')}
      </button>
      <Side />
      <main id="content" tabIndex={-1} key={`${run} ${page}`}>
        {isLost.value && (
          <p class="trouble" role="status">
            {t('app.lost')}
          </p>
        )}
        {said.value !== '' && (
          <p class="notice" role="status">
            {said.value}
          </p>
        )}
        <View />
        <RuleDialog />
      </main>
    </div>
  )
}

const tabs: readonly PageName[] = ['now', 'causes', 'endpoints', 'rules', 'stress', 'runs']
const iconPaths: Readonly<Partial<Record<PageName, string>>> = {
  now: 'M2 9h3l2-6 3 10 2-4h2',
  causes: 'M8 2l6.5 11.5h-13zM8 6.5v3M8 11.6v.2',
  endpoints: 'M3 4h10M3 8h10M3 12h6',
  rules: 'M3 4h5M11 4h2M3 8h1M7 8h6M3 12h6M12 12h1M9.5 2.5v3M5.5 6.5v3M10.5 10.5v3',
  stress: 'M2 13c6 0 8-2 12-10M2 13h12',
  runs: 'M8 4v4l2.5 2M8 14A6 6 0 108 2a6 6 0 000 12z',
}

function Side(): JSX.Element {
  const seen = overview.value
  const { page } = route.value
  const within: Readonly<Partial<Record<PageName, PageName>>> = {
    endpoint: 'endpoints',
    exchange: 'endpoints',
  }
  const current = within[page] ?? page
  const counts: Readonly<Partial<Record<PageName, number>>> = {
    causes: seen?.verdict?.causeCount ?? 0,
    endpoints: seen?.endpoints ?? 0,
  }
  return (
    <header class="side">
      <a class="brand" href={linkTo('now')}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path class="stroke-production" d="M2 4h16" />
          <path class="stroke-baseline" d="M2 10h16" />
          <path class="stroke-candidate" d="M2 16h10" />
        </svg>
        Rehearsal
      </a>
      {seen !== null && (
        <div class="run">
          <strong title={seen.name}>{seen.name}</strong>
          <span class="quiet">
            {seen.live && <i class="pulse" />}
            {t(seen.live ? 'app.live' : seen.info.endedAt === null ? 'app.broken' : 'app.finished')}
          </span>
          <VerdictMark verdict={seen.verdict?.verdict ?? null} />
        </div>
      )}
      <nav aria-label={t('app.navigation')}>
        {tabs.map((tab) => (
          <a href={linkTo(tab)} aria-current={tab === current ? 'page' : undefined}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={iconPaths[tab]} />
            </svg>
            {tOf('page', tab)}
            {(counts[tab] ?? 0) > 0 && (
              <small>{formatCount(counts[tab] ?? 0, language.value)}</small>
            )}
          </a>
        ))}
      </nav>
      <Settings />
    </header>
  )
}

const themes: readonly Theme[] = ['system', 'light', 'dark']

function Settings(): JSX.Element {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length]!
  return (
    <div class="settings">
      <button
        type="button"
        class="plain"
        lang={language.value === 'zh' ? 'en' : 'zh-CN'}
        title={t('app.languageHint')}
        onClick={() => {
          language.value = language.value === 'zh' ? 'en' : 'zh'
        }}
      >
        {t('app.language')}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => {
          theme.value = next
        }}
      >
        {t('app.theme', { theme: tOf('theme', theme.value) })}
      </button>
    </div>
  )
}
