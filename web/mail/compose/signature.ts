/** How one signs: above what is quoted, below what will be written. RFC 3676 §4.3 has the two dashes. */

export function signatureBlock(signature: string): string {
  const text = signature.trim()
  return text === '' ? '' : `\n\n-- \n${text}`
}

export interface Exchange {
  /** As it is signed now, and as it shall be. */
  readonly before: string
  readonly after: string
  /** What stands at the end and is another's; undefined: it is not known any more. */
  readonly quoted: string | undefined
}

/** The text as another identity signs it. Who has written into a signature keeps his words. */
export function exchangeSignature(text: string, { before, after, quoted }: Exchange): string {
  const [was, will] = [signatureBlock(before), signatureBlock(after)]
  if (was === will) return text
  const at = was === '' ? -1 : text.indexOf(was)
  if (at !== -1) return text.slice(0, at) + will + text.slice(at + was.length)
  if (was !== '' || quoted === undefined || !text.endsWith(quoted)) return text
  return text.slice(0, text.length - quoted.length) + will + quoted
}
