/** Whether the page is older than what the server gives out, and whether one may leave it. */
import type { Fetch } from '../../kit/jmap/transport.ts'
import { Value } from '../../kit/observable.ts'

export class Release {
  /** A newer one is there. */
  readonly isThere = new Value(false)
  readonly #fetch: Fetch
  readonly #ownFiles: readonly string[]

  /** @param ownFiles paths of the scripts and styles this page named when it was loaded. */
  constructor(fetch: Fetch, ownFiles: readonly string[]) {
    this.#fetch = fetch
    this.#ownFiles = ownFiles
  }

  /** Names have a hash in them: a page that does not name ours is another release. */
  async look(): Promise<void> {
    try {
      const response = await this.#fetch('/mail/', { cache: 'no-cache' })
      if (!response.ok) return
      const page = await response.text()
      this.isThere.set(!this.#ownFiles.every((path) => page.includes(`"${path}"`)))
    } catch {
      // No network: the next time it is there we look again.
    }
  }
}

/** What of a draft decides whether the page may be left. */
interface Unsent {
  readonly files: { readonly isUploading: boolean; readonly hasFailed: boolean }
  readonly isUnsaved: boolean
  save(): Promise<void>
}

/** Saves what is being written. @returns why the page must not be left; undefined when it may. */
export async function saveBeforeLeaving(
  draft: Unsent | undefined,
): Promise<'notSaved' | 'uploading' | undefined> {
  if (draft === undefined) return undefined
  if (draft.files.isUploading) return 'uploading'
  // A file that did not get there is nowhere but in this page.
  if (draft.files.hasFailed) return 'notSaved'
  await draft.save().catch(() => undefined)
  // Also what was typed while it was saved.
  return draft.isUnsaved ? 'notSaved' : undefined
}
