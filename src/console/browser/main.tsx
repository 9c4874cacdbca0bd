// The page's start.
import { render } from 'preact'
import type { RunSummary } from '../../model/console.ts'
import { Frame } from './frame.tsx'
import { listen } from './live.ts'
import { formatRoute } from './route.ts'
import { route } from './state.ts'
// In this order: later ones refine.
import './style/base.css'
import './style/frame.css'
import './style/parts.css'
import './style/controls.css'
import './style/now.css'
import './style/findings.css'
import './style/tables.css'
import './style/figures.css'
import './style/exchange.css'
import './style/narrow.css'

async function start(): Promise<void> {
  // Without a run in the address: the only one, or the list of them.
  if (route.value.run === null && route.value.page !== 'runs') {
    const response = await fetch('/api/runs')
    const runs = response.ok ? ((await response.json()) as readonly RunSummary[]) : []
    const live = runs.find((run) => run.live)
    const [only] = runs
    const chosen = live ?? (runs.length === 1 ? only : undefined)
    if (chosen !== undefined) location.replace(formatRoute(chosen.id, 'now'))
  }
  listen()
  render(<Frame />, document.getElementById('page')!)
}

void start()
