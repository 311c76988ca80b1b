/** Lists of flags, as texts with spaces between them. RFC 5232 §2. */

/** Each once, however its letters were written; what can be no flag of a message is left out. */
export function flagsOf(texts: readonly string[]): readonly string[] {
  const flags = new Map<string, string>()
  for (const flag of texts.flatMap((text) => text.split(/\s+/))) {
    const key = flag.toLowerCase()
    if (isFlag(flag) && key !== '\\recent' && !flags.has(key)) flags.set(key, flag)
  }
  return [...flags.values()]
}

/** RFC 9051 §9: `\` and an atom, or an atom. */
function isFlag(text: string): boolean {
  return /^\\?[^\p{Cc}\s(){%*"\\\]]+$/u.test(text)
}
