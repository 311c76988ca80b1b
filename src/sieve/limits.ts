/** Numbers of this room, each with its reason. */

/** A script longer than this was made by a program for programs. */
export const scriptOctetsMax = 64 * 1024
/** Blocks in blocks, tests in tests: RFC 5228 §2.10.5 asks for at least 15. */
export const depthMax = 15
/** Commands and tests of one script. */
export const nodesMax = 4_096
/** Strings in one list. */
export const listMax = 512

/** Comparisons, characters looked at by wildcards and thousands of characters of bodies, together. */
export const stepsMax = 100_000
/** Scripts that include scripts: RFC 6609 §3.2 leaves the number to us. */
export const includeDepthMax = 8
export const includesMax = 32

/** What one message may set off. */
export const fileintoMax = 32
export const redirectsMax = 4
export const headerEditsMax = 32

/** RFC 5229 §6: at least 128 variables, names of 32 and values of 4,000 characters. */
export const variablesMax = 256
export const variableNameMax = 64
export const variableCharactersMax = 4_000

/** RFC 5230 §4.1: an answer to the same person once a week unless the script says otherwise. */
export const vacationDaysDefault = 7
export const vacationDaysMax = 180
/** RFC 7352 §3: how long a message is remembered, unless the script says less. */
export const duplicateSecondsDefault = 7 * 86_400
export const duplicateSecondsMax = 30 * 86_400
export const reasonCharactersMax = 16_384
