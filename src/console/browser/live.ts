// Hears of the run that is shown, by server-sent events; nothing of it is kept but the newest.
import { effect } from '@preact/signals'
import { isLost, type LiveOverview, overview, route } from './state.ts'

/** Listens for as long as the page is open; a connection that breaks is opened again. */
export function listen(): void {
  let source: EventSource | null = null
  let heard: string | null = null
  effect(() => {
    const { run } = route.value
    if (run === heard) return
    source?.close()
    heard = run
    overview.value = null
    source = run === null ? null : open(run)
  })
}

function open(run: string): EventSource {
  const source = new EventSource(`/api/runs/${encodeURIComponent(run)}/events`)
  source.onmessage = ({ data }) => {
    isLost.value = false
    overview.value = JSON.parse(data) as LiveOverview
  }
  source.onerror = () => {
    isLost.value = true
  }
  return source
}
