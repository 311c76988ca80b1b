/** What a push service hands over: a code to say back, or that something changed. RFC 8620 §7.1, §7.2.2. */

export type Pushed =
  | { readonly kind: 'code'; readonly id: string; readonly code: string }
  /** Mail came into these accounts. */
  | { readonly kind: 'mail'; readonly accountIds: readonly string[] }

/** Undefined: nothing for us. Whoever knows the address could have sent it: it is read with care. */
export function readPushed(text: string): Pushed | undefined {
  const said = objectOf(parse(text))
  if (said['@type'] === 'PushVerification') {
    const { pushSubscriptionId: id, verificationCode: code } = said
    return typeof id === 'string' && typeof code === 'string'
      ? { kind: 'code', id, code }
      : undefined
  }
  if (said['@type'] !== 'StateChange') return undefined
  const accountIds = Object.entries(objectOf(said['changed']))
    .filter(([, states]) => 'EmailDelivery' in objectOf(states))
    .map(([id]) => id)
  return accountIds.length === 0 ? undefined : { kind: 'mail', accountIds }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not from the platform.
    return undefined
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
