/** A command line as verb and argument. RFC 5321 §2.4 and §4.1. */

export interface Command {
  /** Upper case. */
  readonly verb: string
  /** What follows the verb and one space, without trailing white space. */
  readonly argument: string
}

export function parseCommand(line: string): Command {
  const space = line.indexOf(' ')
  if (space === -1) return { verb: line.toUpperCase(), argument: '' }
  return { verb: line.slice(0, space).toUpperCase(), argument: line.slice(space + 1).trimEnd() }
}

/** RFC 5321 §2.3.4 and §4.1.3, leniently: a name or a literal, no white space. */
export function isHeloName(argument: string): boolean {
  return /^[^\s()<>@,;\\"]{1,255}$/u.test(argument)
}

/** Strict base64 (RFC 4648 §4) with padding; undefined when it is not that. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
