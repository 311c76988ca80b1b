/** What an account may hold, and holds: a Quota for each limit that is set. RFC 9425 §4. */
import type { Quota as Room } from '../../store/types.ts'
import type { Account } from '../core/account.ts'

export interface Quota {
  readonly id: 'octets' | 'count'
  readonly resourceType: 'octets' | 'count'
  readonly used: number
  readonly hardLimit: number
  readonly scope: 'account'
  readonly name: string
  readonly types: readonly string[]
  readonly warnLimit: null
  readonly softLimit: null
  readonly description: null
}

export const quotaProperties = [
  'id',
  'resourceType',
  'used',
  'hardLimit',
  'scope',
  'name',
  'types',
  'warnLimit',
  'softLimit',
  'description',
] as const

/** Refusal('not-permitted'). */
export async function quotasOf(account: Account): Promise<readonly Quota[]> {
  account.permit('mail.read')
  const room = await account.parts.store.quota(account.id)
  return (['octets', 'count'] as const).flatMap((id) => quotaOf(id, room) ?? [])
}

function quotaOf(id: Quota['id'], room: Room): Quota | undefined {
  const [used, hardLimit] =
    id === 'octets' ? [room.usedOctets, room.limitOctets] : [room.usedMessages, room.limitMessages]
  if (hardLimit === undefined) return undefined
  const name = id === 'octets' ? 'Storage' : 'Messages'
  const none = { warnLimit: null, softLimit: null, description: null }
  const of = { id, resourceType: id, used, hardLimit }
  return { ...of, scope: 'account', name, types: ['Email'], ...none }
}

/** All there is to know of them, so that any two states tell what changed between them. */
export function stateOf(quotas: readonly Quota[]): string {
  return quotas.map(({ id, used, hardLimit }) => `${id}-${used}-${hardLimit}`).join('_') || 'none'
}

export interface QuotaState {
  readonly used: number
  readonly hardLimit: number
}

/** Undefined: no such state ever was. */
export function parseState(state: string): ReadonlyMap<string, QuotaState> | undefined {
  if (state === 'none') return new Map()
  const found = new Map<string, QuotaState>()
  for (const part of state.split('_')) {
    const [, id, used, hardLimit] = /^(octets|count)-(\d{1,16})-(\d{1,16})$/.exec(part) ?? []
    if (id === undefined || found.has(id)) return undefined
    found.set(id, { used: Number(used), hardLimit: Number(hardLimit) })
  }
  return found
}
