/** Where the reader is, as an address he can keep: `/mail/a/ACCOUNT/MAILBOX/THREAD?q=SEARCH`. */

export interface Route {
  readonly accountId?: string
  readonly mailboxId?: string
  /** The conversation that is open. */
  readonly threadId?: string
  /** What is searched for; empty: nothing. */
  readonly search: string
  readonly screen?: Screen
  /** Of the settings; undefined: their list, or the first where there is room for both. */
  readonly section?: Section
}

/** What is being written, as far as the server has it. */
export interface KeptDraft {
  readonly accountId: string
  readonly emailId: string
}

/** Screens that stand over the mail. */
export const screens = ['settings', 'shortcuts'] as const
export type Screen = (typeof screens)[number]

/** What the settings are about, in their order. */
export const sections = [
  'look',
  'shortcuts',
  'notify',
  'offline',
  'security',
  'devices',
  'programs',
  'deleted',
  'opened',
  'delegates',
  'signatures',
  'filters',
  'away',
  'governing',
] as const
export type Section = (typeof sections)[number]

const base = '/mail/'

export function parseRoute(path: string, query: string): Route {
  const params = new URLSearchParams(query)
  const search = params.get('q') ?? ''
  const screen = screens.find((each) => each === params.get('screen'))
  const section = sections.find((each) => each === params.get('section'))
  const over = {
    ...(screen === undefined ? {} : { screen }),
    ...(screen !== 'settings' || section === undefined ? {} : { section }),
  }
  const [letter, accountId, mailboxId, threadId] = path.slice(base.length).split('/').map(decode)
  if (letter !== 'a' || accountId === undefined || accountId === '') return { search, ...over }
  return {
    accountId,
    ...(mailboxId === undefined || mailboxId === '' || mailboxId === 'all' ? {} : { mailboxId }),
    ...(threadId === undefined || threadId === '' ? {} : { threadId }),
    search,
    ...over,
  }
}

/** `?draft=ACCOUNT.EMAIL`: whoever loads the page anew goes on writing. */
export function parseDraft(query: string): KeptDraft | undefined {
  const [, accountId, emailId] =
    /^([\w-]+)\.([\w-]+)$/.exec(new URLSearchParams(query).get('draft') ?? '') ?? []
  return accountId === undefined || emailId === undefined ? undefined : { accountId, emailId }
}

export function formatRoute(route: Route, draft?: KeptDraft): string {
  const { accountId, mailboxId, threadId, search, screen, section } = route
  const parts = accountId === undefined ? [] : ['a', accountId, mailboxId ?? 'all']
  if (parts.length > 0 && threadId !== undefined) parts.push(threadId)
  const params = new URLSearchParams()
  if (search !== '') params.set('q', search)
  if (screen !== undefined) params.set('screen', screen)
  if (section !== undefined) params.set('section', section)
  if (draft !== undefined) params.set('draft', `${draft.accountId}.${draft.emailId}`)
  const query = params.size === 0 ? '' : `?${params}`
  return base + parts.map(encodeURIComponent).join('/') + query
}

/** What a screen stands over. */
export function placeOf(route: Route): Route {
  const { screen: _screen, section: _section, ...place } = route
  return place
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // Not an address of ours.
    return ''
  }
}
