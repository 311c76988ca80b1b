/** The address of a `mailto:` URI, where it can stand in a header field of ours. RFC 6068. */
import { parseAddress } from '../address/parse-address.ts'
import { isRefusal } from '../base/refusal.ts'

export function mailtoAddress(uri: string): string | undefined {
  const [, encoded] = /^mailto:([^?]{1,400})$/i.exec(uri) ?? []
  if (encoded === undefined) return undefined
  try {
    const text = decodeURIComponent(encoded)
    if (!/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}$/.test(text)) return undefined
    parseAddress(text)
    return text
  } catch (error) {
    // What is no percent-encoding and what is no address is nobody's.
    if (error instanceof URIError || isRefusal(error, 'invalid')) return undefined
    throw error
  }
}
