/** What the page and its worker agree on. */

/** Before the version of the bundle: the names of the caches that hold a shell. */
export const shellPrefix = 'tamar-shell-'

/** This release and the one before it. */
export const shellsMax = 2

export const workerPath = '/mail/shell-worker.js'
