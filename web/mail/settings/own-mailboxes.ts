/** One's own mailbox and those of one's posts, as `/auth/mailboxes` says. */
import { Loaded } from '../../kit/loaded.ts'
import { listOf, textOf, type Body, type OwnApi } from '../../kit/own-api.ts'
import type { Language } from '../../kit/words.ts'

export interface Somebody {
  readonly address: string
  readonly nameEn: string
  readonly nameZh: string
}

export interface OwnMailbox extends Somebody {
  readonly id: string
}

export function ownMailboxes(api: OwnApi): Loaded<readonly OwnMailbox[]> {
  return new Loaded(
    () => api.get('/auth/mailboxes'),
    (body) => listOf(body['mailboxes'], (one) => ({ id: textOf(one['id']), ...readSomebody(one) })),
  )
}

export function readSomebody(one: Body): Somebody {
  return {
    address: textOf(one['address']),
    nameEn: textOf(one['nameEn']),
    nameZh: textOf(one['nameZh']),
  }
}

/** Null: nobody that the directory knows. */
export function findSomebody(value: unknown): Somebody | undefined {
  return typeof value === 'object' && value !== null ? readSomebody(value as Body) : undefined
}

/** In the reader's language, with the address that says who it is. */
export function nameOf({ address, nameEn, nameZh }: Somebody, to: Language): string {
  const name = to === 'en' ? nameEn || nameZh : nameZh || nameEn
  return name === '' ? address : `${name} · ${address}`
}
