/** A path of the API with its parts encoded: at`people/${address}`. RFC 3986 §2.1. */
export function at(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce(
    (path, text, index) => path + encodeURIComponent(parts[index - 1] ?? '') + text,
  )
}
