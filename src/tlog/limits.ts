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
