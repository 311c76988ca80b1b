/** Every number of the directory, with its reason. */

/** A lost notice costs at most this much latency, never truth (architecture D7). */
export const refreshEveryMs = 2_000
/** A department code stands on doors and in titles; longer ones are sentences. */
export const codeCharactersMax = 16
/** A name, a title: what fits a line of a header field (RFC 5322 §2.1.1) in UTF-8 with room. */
export const nameCharactersMax = 200
/** RFC 5321 §4.5.3.1.3: a path has 256 octets with its brackets. */
export const addressOctetsMax = 254
/** RFC 5321 §4.5.3.1.1. */
export const localPartOctetsMax = 64
/** Lists nest; deeper than this nobody understands who reads, and a loop is cut here at the latest. */
export const listDepthMax = 10
/** Members of one list, nested lists counted as one. */
export const listMembersMax = 20_000
/** Aliases of one account or list: more is a mistake of an import. */
export const aliasesMax = 100
/** Lines of one import; larger governments import department by department. */
export const importLinesMax = 100_000
/** Faults shown of one import: nobody mends more at once. */
export const importFaultsMax = 1_000
/** Rows of one multi-row INSERT: the protocol has 65,535 parameters, we use nine a row. */
export const rowsPerInsert = 500
/** Delegations of one account, to all people and mailboxes together: more is not an office but a leak. */
export const delegationsMax = 100
/** Scripts of one account, in force or not. Every node holds them in memory. */
export const filtersMax = 16
export const filterNameCharactersMax = 128
/** Octets of what is answered in somebody's absence, as text and as HTML together. Every node holds them. */
/** Of one person: more than that nobody looks through. */
export const shareNoticesMax = 50
export const vacationOctetsMax = 32 * 1024
export const vacationSubjectCharactersMax = 200
/** Addresses that the mail of one account is sent on to: more is a list. */
export const redirectsMax = 5
