/**
 * Whom somebody may send as, and how he signs as each: the addresses are the directory's to say, the rest
 * is his own, kept sealed in the account it is for. RFC 8621 §6.
 */
import { createHash } from 'node:crypto'
import type { Account } from '../core/account.ts'
import { isObject } from '../core/json.ts'

export interface EmailAddress {
  readonly name: string | null
  readonly email: string
}

/** What he may say himself. */
export interface Signing {
  readonly name: string
  readonly replyTo: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
}

export interface Identity extends Signing {
  readonly id: string
  readonly email: string
  /** He made it himself, beside those the directory gives him. */
  readonly mayDelete: boolean
}

/** As it is kept; `email` only of one that he made. */
export type KeptSigning = Signing & { readonly email?: string }

export const unsigned = { replyTo: null, bcc: null, textSignature: '', htmlSignature: '' }

/** Those of the directory first. One he made for an address that is no longer his is not shown. */
export async function identitiesOf(account: Account): Promise<readonly Identity[]> {
  const { parts, principal } = account
  const kept = new Map<string, KeptSigning>()
  for (const { id, value } of await parts.store.settings(settingsOf(account)))
    // What is there was put there by `identitySet`.
    if (isObject(value)) kept.set(id, value as unknown as KeptSigning)
  const given = parts.identitiesOf(principal).filter(({ accountId }) => accountId === account.id)
  const ofDirectory = given.map(({ address: email, name }): Identity => {
    const id = digest(`${account.id} ${email}`)
    return { id, name, ...unsigned, ...kept.get(id), email, mayDelete: false }
  })
  const made = [...kept].flatMap(([id, { email, ...signing }]): readonly Identity[] => {
    const isHis = given.some(({ address }) => address === email)
    return email === undefined || !isHis ? [] : [{ id, ...signing, email, mayDelete: true }]
  })
  return [...ofDirectory, ...made]
}

/** Each person signs for himself, also as a post or a shared mailbox. */
export function settingsOf({ id: account, principal }: Account) {
  return { account, holder: principal.id, kind: 'identity' } as const
}

function digest(text: string): string {
  return `I${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`
}

export function stateOf(identities: readonly Identity[]): string {
  return digest(JSON.stringify(identities))
}
