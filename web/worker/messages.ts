/** What the worker says to windows. */

/** The code of a subscription was said back. */
export const pushVerified = 'push-verified'
/** The notification was chosen. */
export const openInbox = 'open-inbox'
