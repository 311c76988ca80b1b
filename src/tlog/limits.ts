/** Every number of this room with its reason. */

/** A length in a bundle is an uint16 (C2SP tlog-tiles, "Log entries"). */
export const entryOctetsMax = 65_535

/** Hashes in a full tile: 2^8 (C2SP tlog-tiles, "Merkle Tree"). */
export const tileWidth = 256

/** Numbers a node leaves out when it starts after a crash; a longer gap is a fault. */
export const crashGapMax = 1_000

/** C2SP signed-note asks for 16 at least; a log of ours has a handful of witnesses. */
export const noteSignaturesMax = 64

/** A note of a checkpoint is some hundred octets; signatures of other kinds may have 5 KB. */
export const noteOctetsMax = 64 * 1024

/** Hashes of a consistency proof (C2SP tlog-witness). */
export const proofHashesMax = 63

/**
 * A journal is begun anew beyond this, once its tiles are on disk: 40,000 entries, read again in about a
 * second after a crash.
 */
export const journalOctetsMax = 16 * 1024 * 1024

/** Beyond this many journals' worth, appending waits until the tiles are on disk. */
export const journalPatience = 4

/** Tiles and bundles held in memory; beyond it appending waits for the disk, and stops when that fails. */
export const pendingOctetsMax = 64 * 1024 * 1024

/** Full tiles above the leaves kept in memory for proofs: 2 MiB, those of ten million entries and more. */
export const tileCacheMax = 256

/** Faults a verifier lists; the first says where to look, and thousands follow from one. */
export const faultsMax = 100

/** Voids and gaps named for each node; beyond it they are counted. */
export const namedMax = 1_000
