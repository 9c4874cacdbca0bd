// Where messages went, from capture to comparison: one lane for each output, as thick as what is
// left of it, and what was lost in red, with its reason.
import type { JSX } from 'preact'
import type { OutputSnapshot, SourceSnapshot } from '../../model/ledger-snapshot.ts'
import { chosenReasons, dropTexts } from './drop-texts.ts'
import { formatCount, formatMicros } from './format.ts'
import { type LiveOverview, language, t, tOf } from './state.ts'
import { LabelBar, labels } from './widgets.tsx'

export function LedgerPicture({ seen }: { readonly seen: LiveOverview }): JSX.Element {
  const { ledger } = seen
  if (ledger === null) return <p class="quiet">{t('now.noLedger')}</p>
  return (
    <div class="picture">
      <div class="stage">
        <h3>{t('now.captured')}</h3>
        <p class="figure">{count(ledger.captured)}</p>
        {ledger.sources.map((source) => (
          <Source source={source} />
        ))}
      </div>
      <div class="lanes">
        {ledger.outputs.map((output) => (
          <Lane output={output} captured={ledger.captured} />
        ))}
      </div>
      <div class="stage">
        <h3>{t('now.compared')}</h3>
        <p class="figure">{count(seen.exchanges)}</p>
        {seen.live && seen.verdict !== null && seen.exchanges === 0 && (
          <p class="quiet small">{t('now.learning')}</p>
        )}
        {seen.exchanges > 0 && (
          <>
            <LabelBar counts={seen.labels} total={seen.exchanges} />
            <ul class="key">
              {labels
                .filter((label) => (seen.labels[label] ?? 0) > 0)
                .map((label) => (
                  <li title={tOf('labelWhy', label)}>
                    <i class={`dot dot-${label}`} />
                    {tOf('label', label)}
                    <b>{count(seen.labels[label] ?? 0)}</b>
                  </li>
                ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function Source({ source }: { readonly source: SourceSnapshot }): JSX.Element {
  return (
    <div class="source">
      <code title={source.source}>{source.source}</code>
      <span class="quiet">{t('now.messages', { count: count(source.messages) })}</span>
      <Drops dropped={source.dropped} />
    </div>
  )
}

function Lane({
  output,
  captured,
}: {
  readonly output: OutputSnapshot
  readonly captured: number
}): JSX.Element {
  // What the operator keeps from an output is no loss of it.
  const chosen = Object.entries(output.dropped).reduce((sum, [reason, count = 0]) => {
    return chosenReasons.has(reason) ? sum + count : sum
  }, 0)
  const given = captured + output.amplified - chosen - output.pending
  const share = (part: number) => (given === 0 ? 0 : part / given)
  const isAnswered = output.answered > 0
  return (
    <div class="lane">
      <h3>
        <code title={output.output}>{output.output}</code>
        {output.latency !== null && (
          <span class="quiet">p99 {formatMicros(output.latency.p99)}</span>
        )}
      </h3>
      <Ribbon
        shares={[
          1,
          share(output.delivered),
          share(isAnswered ? output.answered : output.delivered),
        ]}
      />
      <p class="fates">
        <span>
          {t('now.delivered')} <b>{count(output.delivered)}</b>
        </span>
        {isAnswered && (
          <span>
            {t('now.answered')} <b>{count(output.answered)}</b>
          </span>
        )}
        {output.pending > 0 && (
          <span>
            {t('now.pending')} <b>{count(output.pending)}</b>
          </span>
        )}
        {output.amplified > 0 && (
          <span>
            {t('now.amplified')} <b>{count(output.amplified)}</b>
          </span>
        )}
      </p>
      <Drops dropped={output.dropped} />
      <Drops dropped={output.unanswered} what={t('now.unanswered')} />
    </div>
  )
}

/** From full height to what was delivered, to what was answered; what is lost falls away in red. */
function Ribbon({ shares }: { readonly shares: readonly number[] }): JSX.Element {
  const [, delivered = 0, answered = 0] = shares
  const [a, b, c] = [thick(1), thick(delivered), thick(answered)]
  const lane = `M0 0H300V${c}H230C200 ${c} 200 ${b} 170 ${b}H130` + `C100 ${b} 100 ${a} 70 ${a}H0Z`
  return (
    <svg class="ribbon" viewBox="0 0 300 32" preserveAspectRatio="none" aria-hidden="true">
      {delivered < 1 && <path class="lost" d={fall(70, a, b)} />}
      {answered < delivered && <path class="lost" d={fall(170, b, c)} />}
      <path class="lane-fill" d={lane} />
    </svg>
  )
}

const laneHeight = 20
/** A loss of one message is seen as one of a hundred is: it must not be overlooked. */
const lossShareMin = 0.08

function thick(share: number): number {
  if (share <= 0) return 0
  return share >= 1 ? laneHeight : laneHeight * Math.min(share, 1 - lossShareMin)
}

/** What leaves the lane at `x`, where it gets thinner, and falls out of the picture. */
function fall(x: number, from: number, to: number): string {
  const upper = `C${x + 26} ${to} ${x + 38} ${to + 4} ${x + 42} 32`
  const lower = `C${x + 24} ${from + 4} ${x + 14} ${from} ${x} ${from}`
  return `M${x} ${Math.max(0, to - 0.5)}${upper}H${x + 26}${lower}Z`
}

function Drops({
  dropped,
  what = '',
}: {
  readonly dropped: Readonly<Partial<Record<string, number>>>
  readonly what?: string
}): JSX.Element | null {
  const reasons = Object.entries(dropped).filter(([, lost]) => (lost ?? 0) > 0)
  if (reasons.length === 0) return null
  reasons.sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0))
  return (
    <ul class="drops">
      {reasons.map(([reason, lost = 0]) => (
        <li class={chosenReasons.has(reason) ? 'chosen' : 'loss'}>
          <b>{count(lost)}</b> {what} {describe(reason)} <code>{reason}</code>
        </li>
      ))}
    </ul>
  )
}

function describe(reason: string): string {
  const texts = dropTexts[reason as keyof typeof dropTexts]
  return texts === undefined ? '' : texts[language.value === 'zh' ? 1 : 0]
}

function count(number: number): string {
  return formatCount(number, language.value)
}
