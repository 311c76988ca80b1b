/**
 * Does a request with a cookie come from a page of ours? Another site's form cannot set the field, its
 * script would have to ask first and is refused, and browsers say themselves where a request is from.
 * RFC 6454 §7 (Origin); Fetch Metadata (`Sec-Fetch-Site`).
 */
export interface PageHeaders {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined
  readonly 'x-tamar-request'?: string | readonly string[] | undefined
}

export function isFromOwnPage(headers: PageHeaders): boolean {
  return headers['x-tamar-request'] === '1' && isSameOrigin(headers)
}

/** Of a form without script: it cannot set a field of ours. */
export function isSameOrigin(headers: PageHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = headers
  return origin !== undefined && host !== undefined && origin === `https://${host.toLowerCase()}`
}
