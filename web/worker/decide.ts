/**
 * What the worker does with one request: nothing, unless it is for the page or a file of the bundle.
 * Whatever is asked of JMAP and `/auth` goes past it.
 */

/** What the bundle consists of, written into the worker when it is built. */
export interface Shell {
  /** A hash over the names and contents of all files. */
  readonly version: string
  /** Paths of files with a hash in their name: they never change. */
  readonly fixed: readonly string[]
  /** Paths of what is asked for anew each time. */
  readonly fresh: readonly string[]
}

export interface Asked {
  readonly method: string
  readonly url: string
  /** The browser opens it as a page, or in a frame. */
  readonly isPage: boolean
}

export type Decision =
  | { readonly kind: 'pass' }
  /** As it is kept; from the network where it is not. */
  | { readonly kind: 'kept'; readonly path: string }
  /** From the network; as it is kept where nothing answers. */
  | { readonly kind: 'fresh'; readonly path: string }

export const pagePath = '/mail/'
const pass = { kind: 'pass' } as const

export function decide(shell: Shell, origin: string, { method, url, isPage }: Asked): Decision {
  const { origin: of, pathname: path } = new URL(url)
  if (method !== 'GET' || of !== origin || !path.startsWith(pagePath)) return pass
  if (shell.fixed.includes(path)) return { kind: 'kept', path }
  if (shell.fresh.includes(path)) return { kind: 'fresh', path }
  // Every address of a screen is the page.
  return isPage ? { kind: 'fresh', path: pagePath } : pass
}
