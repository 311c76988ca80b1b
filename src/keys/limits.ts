/** Every number of the keys room, with its reason. */
import { dayMs, hourMs } from '../base/clock.ts'

/** AES-256, and every other key of the hierarchy. */
export const keyOctets = 32

/** Key ids are random: 64 bits never meet by chance among the keys of one ring. */
export const keyIdOctets = 8

/** Algorithm and key id, in front of every sealed value. */
export const headerOctets = 1 + keyIdOctets

/** Objects are ids or short names; a longer one is a mistake of ours. */
export const placeObjectCharsMax = 1024

/** Fields and scopes are written in our own source or are ids. */
export const placeFieldCharsMax = 256

/** Purposes of `hash` are written in our own source; more means that data leaked into a purpose. */
export const hashPurposesMax = 64

/** About 3 KiB each: the accounts of a big node's busy hour in under 64 MiB. */
export const accountsOpenMax = 20_000

/** A destroyed or moved key is forgotten by every node within this time. */
export const accountFreshMs = hourMs

/** How often a node that opens accounts looks for new platform keys. */
export const platformFreshMs = hourMs

/**
 * Random nonces of 96 bits are good for 2^32 values under one key (NIST SP 800-38D §8.3). A
 * government's queue, sessions and audit make about 15 million a day: 90 days are a third of that.
 */
export const platformKeyAgeMs = 90 * dayMs

/** A new platform key is known to every node long before the first value is sealed under it. */
export const platformKeyLeadMs = 7 * dayMs

/** Two nodes may race with a rotation; a third look always finds it done. */
export const loadAttemptsMax = 3

/** Accounts rewrapped in one transaction while a department's key rotates: short row locks. */
export const rewrapBatch = 500

/**
 * A transaction that began at the end of a month may still wrap under it after midnight; the
 * second month after is safely beyond the longest one.
 */
export const epochRetireMonthsMin = 2

/** Shares are made of keys; a longer secret is a mistake, and would be tiring to write down. */
export const secretOctetsMax = 64

/** Divided with the secret: wrong shares are taken for right ones once in 2^64. */
export const shareDigestOctets = 8

/** Tells the shares of one backup from those of another. */
export const shareSetIdOctets = 4

/** A share of the longest secret with its title takes about 600 characters. */
export const shareTextCharsMax = 4096
