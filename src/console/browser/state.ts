// What all parts of the page share: language, theme, route, the run, and whether it is heard of.
import { computed, effect, signal } from '@preact/signals'
import type { RunOverview } from '../../model/console.ts'
import type { Language } from './format.ts'
import {
  translateCause,
  translateExample,
  translateFeature,
  translateJudge,
  translateKind,
} from './judge-texts.ts'
import { formatRoute, type PageName, parseRoute, type Route } from './route.ts'
import { english, type TextKey } from './texts-en.ts'
import { chinese } from './texts-zh.ts'

export type Theme = 'system' | 'light' | 'dark'

/** As it is told with each event; `rules` grows when rules change. */
export type LiveOverview = RunOverview & { readonly rules: number }

export const language = signal<Language>(readLanguage())
export const theme = signal<Theme>(readTheme())
export const route = signal<Route>(parseRoute(location.hash))
export const overview = signal<LiveOverview | null>(null)
/** The server is not heard of. */
export const isLost = signal(false)

/** Grows when what was fetched may be out of date. */
export const revision = computed(() => {
  const seen = overview.value
  return seen === null ? '' : `${seen.id} ${seen.exchanges} ${seen.rules}`
})

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash)
})

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  keep('language', language.value)
})

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme.value
  keep('theme', theme.value)
})

/** What the page says, in the chosen language. */
export function t(key: TextKey, parts: Readonly<Record<string, string | number>> = {}): string {
  const text = (language.value === 'zh' ? chinese : english)[key]
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name] ?? ''))
}

/** For keys that are made of a value; what has no text stands for itself. */
export function tOf(prefix: string, value: string): string {
  const key = `${prefix}.${value}`
  return Object.hasOwn(english, key) ? t(key as TextKey) : value
}

/** A sentence of the judge's. */
export function judged(text: string): string {
  return language.value === 'zh' ? translateJudge(text) : text
}

export function causeTitle(title: string): string {
  return language.value === 'zh' ? translateCause(title) : title
}

export function exampleText(example: string): string {
  return language.value === 'zh' ? translateExample(example) : example
}

export function featureText(feature: string): string {
  return language.value === 'zh' ? translateFeature(feature) : feature
}

export function kindName(kind: string): string {
  return language.value === 'zh' ? translateKind(kind) : kind
}

/** The address of a page of the run that is shown. */
export function linkTo(
  page: PageName,
  query: Readonly<Record<string, string | null>> = {},
): string {
  return formatRoute(route.value.run, page, query)
}

/** Changes what the page shows of the same; the way back skips it. */
export function refine(query: Readonly<Record<string, string | null>>): void {
  const { run, page, query: before } = route.value
  history.replaceState(null, '', formatRoute(run, page, { ...before, ...query }))
  route.value = parseRoute(location.hash)
}

function readLanguage(): Language {
  const kept = recall('language')
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.languages.some((name) => /^zh\b/i.test(name)) &&
    !/^en\b/i.test(navigator.language)
    ? 'zh'
    : 'en'
}

function readTheme(): Theme {
  const kept = recall('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`rehearsal.${name}`, value)
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(`rehearsal.${name}`)
  } catch {
    return null
  }
}
