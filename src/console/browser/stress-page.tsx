// How many times normal traffic a target bears: the answer, the curve, and what gave way first.
import type { JSX } from 'preact'
import type { Recovery } from '../../model/capacity.ts'
import type { StressTarget, StressTrial, StressView, StressViews } from '../../model/console.ts'
import { apiPath, useFetched } from './fetching.ts'
import { formatCount, formatMicros, formatRatio, formatShare, formatShort } from './format.ts'
import { language, t, tOf } from './state.ts'
import { StressCurve } from './stress-curve.tsx'
import { EndpointName, Loaded, RoleName, Scroll, Section, VerdictMark } from './widgets.tsx'

export function StressPage(): JSX.Element {
  const fetched = useFetched<StressViews>(apiPath('capacity'))
  return (
    <>
      <h1>{t('stress.title')}</h1>
      <Loaded from={fetched}>
        {({ views, unreadable }) => (
          <>
            {unreadable.map(({ file, why }) => (
              <p key={file} class="trouble">
                {t('stress.unreadable', { file, why })}
              </p>
            ))}
            {views.length === 0 && unreadable.length === 0 && (
              <div class="empty">
                <p>{t('stress.missing')}</p>
                <p class="quiet">{t('stress.how')}</p>
              </div>
            )}
            {views.map((view) => (
              <Stress key={view.startedAt} view={view} />
            ))}
          </>
        )}
      </Loaded>
    </>
  )
}

function Stress({ view }: { readonly view: StressView }): JSX.Element {
  return (
    <>
      <div class="answers">
        {view.targets.map((target) => (
          <Answer key={target.role} target={target} />
        ))}
      </div>
      <p class="quiet">
        {t('stress.normal', { rate: formatShort(view.normalRate, language.value) })}
        {' · '}
        {t('stress.slo')}: {view.slo}
        {view.ratio !== null && ` · ${t('stress.ratio', { ratio: formatRatio(view.ratio) })}`}
      </p>
      {view.generator !== null && <p class="quiet">{describeGenerator(view.generator)}</p>}
      {Object.keys(view.lost).length > 0 && <p class="warning">{describeLost(view.lost)}</p>}
      {view.expected !== null && view.expectation !== null && (
        <p class="facts">
          {t('stress.expected', { expected: view.expected })}
          <VerdictMark verdict={expectationVerdicts[view.expectation]} />
        </p>
      )}
      <Section title={t('stress.curve')} lead={t('stress.curveHint')}>
        <div class="wide">
          <StressCurve targets={view.targets} />
        </div>
      </Section>
      <Section title={t('stress.broke')}>
        {view.targets.map((target) => (
          <GaveWay key={target.role} target={target} />
        ))}
      </Section>
      {view.targets.map((target) => (
        <Trials key={target.role} target={target} />
      ))}
    </>
  )
}

function describeGenerator({ rate, reached, headroom }: NonNullable<StressView['generator']>) {
  const most = formatShort(rate, language.value)
  const could = t(reached ? 'stress.generator' : 'stress.generatorOrMore', { rate: most })
  if (headroom === null) return could
  return `${could} · ${t('stress.headroom', { headroom: formatRatio(headroom) })}`
}

function describeLost(lost: StressView['lost']): string {
  const counts = Object.entries(lost).map(([reason, count]) => {
    return `${reason} ${formatCount(count, language.value)}`
  })
  return t('stress.lost', { counts: counts.join(', ') })
}

const expectationVerdicts = { holds: 'pass', fails: 'fail', undecided: 'undecided' } as const

function Answer({ target }: { readonly target: StressTarget }): JSX.Element {
  const { role, answer } = target
  const { kind, level, rate, confirmedBy, ended, endedWhy } = answer
  return (
    <div class="answer">
      <h2>
        <RoleName role={role} />
      </h2>
      <p class="figure">{t(`stress.${kind}`, { level: formatRatio(level) })}</p>
      <p class="quiet small">
        {level > 0 && `${t('stress.perSecond', { rate: formatShort(rate, language.value) })} · `}
        <code>{target.target}</code>
      </p>
      {confirmedBy.trials > 0 && (
        <p class="quiet small">
          {t('stress.confirmed', {
            trials: confirmedBy.trials,
            seconds: Math.round(confirmedBy.seconds),
          })}
        </p>
      )}
      {ended !== null && (
        <p class="warning small">
          {t(`ended.${ended}`)} {endedWhy}
        </p>
      )}
    </div>
  )
}

function GaveWay({ target }: { readonly target: StressTarget }): JSX.Element {
  const { gaveWay, recovery } = target
  if (gaveWay === null) {
    return (
      <p class="facts">
        <RoleName role={target.role} /> {t('stress.nothingBroke')}
      </p>
    )
  }
  return (
    <div class="finding">
      <p class="facts">
        <RoleName role={target.role} />
        {gaveWay.endpoint === null ? (
          t('stress.everything')
        ) : (
          <EndpointName name={gaveWay.endpoint} />
        )}
        <span>{t('stress.brokeAt', { level: formatRatio(gaveWay.level) })}</span>
        {gaveWay.reasons.map((reason) => (
          <span class="tag tag-confirmed">{t(`reason.${reason}`)}</span>
        ))}
      </p>
      <p class="change">
        <span>p99</span>
        <del>{formatMicros(gaveWay.p99[0])}</del>
        <span aria-hidden="true">→</span>
        <ins>{formatMicros(gaveWay.p99[1])}</ins>
        <span>{t('now.errors')}</span>
        <del>{formatShare(gaveWay.errors[0])}</del>
        <span aria-hidden="true">→</span>
        <ins>{formatShare(gaveWay.errors[1])}</ins>
      </p>
      {recovery !== null && <p class="quiet small">{describeRecovery(recovery)}</p>}
    </div>
  )
}

function describeRecovery({ level, seconds, metastable }: Recovery): string {
  const at = formatRatio(level)
  if (seconds === null) return t('stress.noRecovery', { level: at })
  const parts = { level: at, seconds: seconds.toFixed(1) }
  return t(metastable ? 'stress.metastable' : 'stress.recovery', parts)
}

function Trials({ target }: { readonly target: StressTarget }): JSX.Element {
  const rows = [...target.trials].sort((a, b) => a.level - b.level)
  return (
    <details class="section folded">
      <summary>
        <h2>
          <RoleName role={target.role} />
        </h2>{' '}
        <span class="quiet small">
          {t('stress.trials', { count: formatCount(rows.length, language.value) })}
        </span>
      </summary>
      <Scroll label={tOf('role', target.role)}>
        <table class="trials">
          <thead>
            <tr>
              <th class="number">{t('stress.level')}</th>
              <th class="number">{t('stress.rate')}</th>
              <th class="number">{t('stress.throughput')}</th>
              <th class="number">p50</th>
              <th class="number">p99</th>
              <th class="number">{t('now.errors')}</th>
              <th>{t('stress.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((trial) => (
              <Trial trial={trial} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

function Trial({ trial }: { readonly trial: StressTrial }): JSX.Element {
  return (
    <tr>
      <td class="number">{formatRatio(trial.level)}</td>
      <td class="number">{formatShort(trial.rate, language.value)}</td>
      <td class="number">{formatShort(trial.throughput, language.value)}</td>
      <td class="number">{formatMicros(trial.p50)}</td>
      <td class="number">{formatMicros(trial.p99)}</td>
      <td class="number">{formatShare(trial.offered === 0 ? 0 : trial.errors / trial.offered)}</td>
      <td>
        {t(`trial.${trial.verdict}`)}{' '}
        {trial.reasons.map((reason) => (
          <span class="tag tag-confirmed">{t(`reason.${reason}`)}</span>
        ))}
      </td>
    </tr>
  )
}
