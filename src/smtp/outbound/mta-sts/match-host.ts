/** Whether a host is one of those a policy names. RFC 8461 §4.1, RFC 6125 §6.4.3. */
export function matchesHost(patterns: readonly string[], host: string): boolean {
  const parent = host.slice(host.indexOf('.') + 1)
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? pattern.slice(2) === parent && parent !== host : pattern === host,
  )
}
