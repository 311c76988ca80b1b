/** The marking that a message's header carries for programs: SIO-Label, RFC 7444 §3. Pure. */

/** A marking is short. */
const valueCharsMax = 1_000
const parameter = /(?:^|;)\s*marking\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i
const extended = /(?:^|;)\s*marking\*\s*=\s*utf-8'[\w-]*'([\w!#$&+.^`|~%-]+)/i

/** @returns the words of the marking, undefined where the field has none that can be read. */
export function readLabel(value: string): string | undefined {
  const text = value.slice(0, valueCharsMax)
  const [, quoted, bare] = parameter.exec(text) ?? []
  const plain = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare
  if (plain !== undefined) return plain
  const [, encoded] = extended.exec(text) ?? []
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    // Octets that are no UTF-8 mark nothing.
    return undefined
  }
}
