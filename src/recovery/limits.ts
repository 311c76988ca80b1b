/** Every number of the recovery room, with its reason. */

/** Plaintext of one frame: large enough to compress well, small enough to hold a few in memory. */
export const frameOctets = 1024 * 1024

/** What zstd may add to a frame that does not compress, and the seal's own octets, generously. */
export const frameOverheadOctets = 4096

/** Sealed content does not compress; names, ids and numbers do at the first level already. */
export const compressionLevel = 1

/** A batch of rows ends after this many octets or rows; one row may be longer. */
export const batchOctets = 4 * 1024 * 1024
export const batchRows = 1000

/** Rows in one INSERT: more makes the statement longer and saves nothing. */
export const insertRows = 100

/** The protocol counts parameters in 16 bits. */
export const parametersMax = 65_535

/** Objects are read and written in pieces of this size. */
export const pieceOctets = 1024 * 1024

/** A header is a page of JSON; what is longer is no header. */
export const headerOctetsMax = 1024 * 1024

/** PostgreSQL keeps no value above 1 GiB; what claims to be longer is damaged. */
export const recordOctetsMax = 2 ** 30

/**
 * Change numbers a platform may have given out after the backup: a modseq of that time must not be
 * given out again. An account makes a few hundred changes a day.
 */
export const modSeqGap = 10_000_000

/** UIDVALIDITY is a time in seconds; mailboxes made in one second count on from it. */
export const uidValidityGap = 1000

/** Files of a folder whose heads are read for a list: two years of daily backups and more. */
export const listedMax = 1_000
