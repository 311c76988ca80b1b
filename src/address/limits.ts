/** Every number of this room with its reason. */

/** RFC 5321 §4.5.3.1.1. */
export const localPartOctetsMax = 64

/** RFC 5321 §4.5.3.1.2. */
export const domainOctetsMax = 255

/** RFC 1035 §2.3.4. */
export const labelOctetsMax = 63

/** RFC 5321 §4.5.3.1.3 says 256; a source route, which is passed over, may stand before it. */
export const pathCharactersMax = 1_000

/** RFC 2047 §2. */
export const encodedWordMax = 75
