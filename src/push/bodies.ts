/** What is pushed: a StateChange and nothing else, in as many pieces as a push service needs. RFC 8620 §7.1, §7.2.2. */
import { plaintextOctetsMax } from './encrypt.ts'

/** New states by type. */
export type TypeStates = Readonly<Record<string, string>>
/** By account. */
export type Changed = ReadonlyMap<string, TypeStates>

/** Each is a StateChange of some accounts. */
export function piecesOf(changed: Changed): readonly Changed[] {
  const pieces: Map<string, TypeStates>[] = []
  for (const [account, states] of changed) {
    const last = pieces.at(-1)
    const more = new Map([...(last ?? []), [account, states]])
    if (last !== undefined && formatStateChange(more).length <= plaintextOctetsMax)
      last.set(account, states)
    else pieces.push(new Map([[account, states]]))
  }
  return pieces
}

export function formatStateChange(changed: Changed): Buffer {
  return Buffer.from(
    JSON.stringify({ '@type': 'StateChange', changed: Object.fromEntries(changed) }),
  )
}

export function formatVerification(pushSubscriptionId: string, verificationCode: string): Buffer {
  return Buffer.from(
    JSON.stringify({ '@type': 'PushVerification', pushSubscriptionId, verificationCode }),
  )
}
