/** Whether a link says that it leads elsewhere than it does. */

/** What the text of a link claims to be: a host, when it is written like an address of the web. */
export function claimedHost(text: string): string | undefined {
  const match =
    /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}]{2,24})(?:[/:?#]\S*)?\s*$/u.exec(
      text.slice(0, 500),
    )
  return match?.[1] === undefined ? undefined : hostOf(`https://${match[1]}`)
}

/** A link that shows one host and leads to another; a subdomain of what is shown is no lie. */
export function isMisleading(text: string, href: string): boolean {
  const claimed = claimedHost(text)
  const real = hostOf(href)
  if (claimed === undefined || real === undefined) return false
  const bare = claimed.replace(/^www\./, '')
  return real !== bare && !real.endsWith(`.${bare}`)
}

function hostOf(url: string): string | undefined {
  if (!/^https?:/i.test(url)) return undefined
  // In the form that is asked for: look-alike letters show as what they are.
  return URL.parse(url)?.hostname.replace(/\.$/, '')
}
