// Numbers and times as people read them, by language.

export type Language = 'en' | 'zh'

const locales = { en: 'en-GB', zh: 'zh-CN' } as const

export function formatCount(count: number, language: Language): string {
  return new Intl.NumberFormat(locales[language]).format(count)
}

/** `12.3k`, `1.2万`: for where there is little room. */
export function formatShort(count: number, language: Language): string {
  if (Math.abs(count) < 10_000) return formatCount(Math.round(count * 10) / 10, language)
  const format = { notation: 'compact', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(locales[language], format).format(count)
}

/** From microseconds, to three digits: `850 µs`, `12.3 ms`, `4.56 s`. */
export function formatMicros(micros: number | null | undefined): string {
  if (micros === null || micros === undefined) return '–'
  if (micros < 1_000) return `${Math.round(micros)} µs`
  const [value, unit] = micros < 1_000_000 ? [micros / 1_000, 'ms'] : [micros / 1_000_000, 's']
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`
}

/** Of a share; never 0 % for what is there, nor 100 % for what is not all. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–'
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  if (share < 1 && share > 0.9995) return '> 99.9 %'
  const digits = share > 0 && share < 0.1 ? 1 : share < 1 ? 1 : 0
  return `${(share * 100).toFixed(share === 0 ? 0 : digits)} %`
}

export function formatRatio(ratio: number): string {
  return `× ${ratio.toFixed(ratio < 10 ? 2 : 1)}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`
  const kib = bytes / 1_024
  return kib < 1_024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1_024).toFixed(1)} MiB`
}

const durationUnits = {
  en: { days: 'd', hours: 'h', minutes: 'min', seconds: 's' },
  zh: { days: '天', hours: '小时', minutes: '分', seconds: '秒' },
} as const

/** The two largest units: `2 h 5 min`. */
export function formatDuration(micros: number, language: Language): string {
  const all = Math.max(0, Math.round(micros / 1_000_000))
  const units = durationUnits[language]
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(all / 86_400), units.days],
    [Math.floor(all / 3_600) % 24, units.hours],
    [Math.floor(all / 60) % 60, units.minutes],
    [all % 60, units.seconds],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  const shown = (first < 0 ? parts.slice(-1) : parts.slice(first, first + 2)).filter(
    ([count], index) => index === 0 || count > 0,
  )
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

/** In the viewer's time zone. */
export function formatTime(micros: number, language: Language): string {
  const format = { dateStyle: 'medium', timeStyle: 'medium' } as const
  return new Intl.DateTimeFormat(locales[language], format).format(micros / 1_000)
}

export function formatDay(micros: number, language: Language): string {
  const format = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat(locales[language], format).format(micros / 1_000)
}
