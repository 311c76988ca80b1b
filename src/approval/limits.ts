/** Every number of approval, with its reason. */
import { dayMs, hourMs } from '../base/clock.ts'

/** A sentence or two; a dossier belongs into the ticket. */
export const reasonCharactersMax = 1_000
/** "ok" tells the reviewer nothing. */
export const reasonCharactersMin = 5
export const ticketCharactersMax = 100

/** Two working days: an officer who is away on Friday answers on Monday. */
export const waitingMs = 3 * dayMs
/** Who asked may be out; what he asked for then must not wait for weeks in a drawer. */
export const usingMs = 8 * hourMs

/** Requests of one person that wait: more is a flood nobody reads. */
export const waitingPerPersonMax = 200
/** Lines of one batch: what fits on a screen that somebody reads to the end. */
export const batchMax = 100

/** An input is ids, dates and a few words; sealed with its row. */
export const inputOctetsMax = 16 * 1024

/** A consent beforehand outlives a posting seldom; it must be said anew then. */
export const standingConsentMaxMs = 366 * dayMs

/** Requests that have been over for this long are in no node's memory: who asks is shown them from the database. */
export const rememberedMs = 90 * dayMs
/** How often what is over is let go. */
export const pruneEveryMs = hourMs

/** What is asked for of the past at once: a year of it, and as many rows as are opened in a second. */
export const pastSpanMax = 366 * dayMs
export const pastRowsMax = 20_000
