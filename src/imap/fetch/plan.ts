/** What answering a FETCH takes: nothing but the view, cheap facts, the summary, the content. */
import type { FetchItem } from '../wire/parse-fetch.ts'

/** In order of cost; each level has what the ones before it have. */
export type Level = 'view' | 'facts' | 'summary'

export interface FetchPlan {
  readonly items: readonly FetchItem[]
  readonly level: Level
  readonly needsContent: boolean
  /** Something other than flags and numbers is told. */
  readonly tellsMail: boolean
  /** Fetching sets \Seen (RFC 9051 §6.4.5). */
  readonly setsSeen: boolean
}

export function planFetch(items: readonly FetchItem[]): FetchPlan {
  const needs = items.map(needOf)
  const needsContent = needs.some((need) => need.content)
  const hasSummary = needs.some((need) => need.level === 'summary')
  const hasFacts = needs.some((need) => need.level === 'facts')
  return {
    items,
    level: hasSummary ? 'summary' : hasFacts ? 'facts' : 'view',
    needsContent,
    tellsMail: needsContent || hasSummary,
    setsSeen: items.some(
      (item) => (item.kind === 'section' || item.kind === 'binary') && !item.isPeek,
    ),
  }
}

interface Need {
  readonly level: Level
  readonly content: boolean
}

const view: Need = { level: 'view', content: false }
const facts: Need = { level: 'facts', content: false }
const summary: Need = { level: 'summary', content: false }
const content: Need = { level: 'view', content: true }

function needOf(item: FetchItem): Need {
  switch (item.kind) {
    case 'flags':
    case 'uid':
    case 'modseq':
      return view
    case 'internaldate':
    case 'savedate':
    case 'size':
    case 'emailid':
    case 'threadid':
      return facts
    case 'envelope':
    case 'body':
    case 'bodystructure':
      return summary
    case 'binary':
    case 'binary-size':
    case 'preview':
      return content
    case 'section':
      break
  }
  const { path, text } = item.section
  if (path.length > 0 || text.kind === 'all') return content
  // Where the text begins is where the header in the summary ends.
  return text.kind === 'text' ? { level: 'summary', content: true } : summary
}
