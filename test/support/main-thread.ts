/** How long a page's main thread works at a stretch, out of Chromium's own trace. */
import type { Browser, Page } from 'playwright-core'

export interface Task {
  /** By the clock: with what others on the machine took meanwhile. */
  readonly wallMs: number
  /** What the thread itself took of a processor; all of `wallMs` where the trace was begun or ended within the task. */
  readonly cpuMs: number
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata']

/** The tasks of the busiest page while `act` runs, the longest first. */
export async function tasksWhile(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories })
  await act()
  const trace = await browser.stopTracing()
  // Chromium's own words.
  const { traceEvents } = JSON.parse(trace.toString()) as {
    readonly traceEvents: readonly TraceEvent[]
  }
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  )
  const tasks = traceEvents.filter(
    (event) => event.name === 'RunTask' && mains.has(threadOf(event)),
  )
  const [busiest = []] = [...Map.groupBy(tasks, threadOf).values()].toSorted(
    (a, b) => b.length - a.length,
  )
  if (!busiest.some(({ tdur }) => tdur !== undefined))
    throw new Error('the trace has no time of threads')
  return busiest
    .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1_000, cpuMs: tdur / 1_000 }))
    .toSorted((a, b) => b.cpuMs - a.cpuMs)
}
