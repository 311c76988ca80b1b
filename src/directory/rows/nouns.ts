/**
 * What each kind of row keeps sealed. Stored data depends on this file: add optional fields, never
 * rename or remove.
 */
import type { Millis } from '../../base/clock.ts'
import type { ListPosting, Names } from '../types.ts'

export type TargetKind = 'person' | 'post' | 'shared' | 'list'

/** The tables of the directory's feed, each with what its `sealed` column holds. */
export interface DirectoryContent {
  readonly department: {
    readonly code: string
    readonly names: Names
    readonly limitOctets?: number | undefined
    readonly limitMessages?: number | undefined
  }
  readonly domain: { readonly domain: string }
  readonly person: {
    readonly names: Names
    /** Who made this person, and when: neither approves what the other asks for, for a while. */
    readonly made?: { readonly by: string; readonly at: Millis } | undefined
  }
  readonly post: { readonly title: string; readonly names: Names }
  readonly post_holder: {
    readonly personId: string
    readonly from: Millis
    readonly to?: Millis | undefined
    readonly isActing: boolean
  }
  readonly shared_mailbox: { readonly names: Names }
  readonly shared_member: { readonly personId: string; readonly rights: string }
  readonly list: {
    readonly names: Names
    readonly posting: ListPosting
    readonly ownerAddress: string
  }
  readonly list_member: { readonly address: string }
  readonly role_grant: {
    /** As `access` names it; one that it does not know counts for nothing. */
    readonly role: string
    /** Whose department the role is for; undefined: all of them. */
    readonly departmentId?: string | undefined
    readonly from: Millis
    readonly to?: Millis | undefined
    /** A founder's seat it comes with. */
    readonly seat?: string | undefined
    readonly grantedBy?: string | undefined
    readonly approvalId?: string | undefined
  }
  readonly delegation: {
    /** Undefined: the whole account. */
    readonly mailboxId?: string | undefined
    /** RFC 4314 letters, and `0`: may send on behalf. */
    readonly rights: string
    readonly from: Millis
    readonly to?: Millis | undefined
    /** Of whom it was given to, when it was given: who moves on leaves it behind. */
    readonly departmentId: string
    readonly grantedBy?: string | undefined
    readonly approvalId?: string | undefined
  }
  readonly redirect: {
    readonly target: string
    /** Outside the government when it was set. */
    readonly isExternal: boolean
    readonly from: Millis
    readonly to?: Millis | undefined
    readonly setBy?: string | undefined
    readonly approvalId?: string | undefined
  }
  readonly filter: {
    readonly name: string
    /** RFC 5228. */
    readonly script: string
    readonly isInForce: boolean
  }
  readonly vacation: {
    readonly isEnabled: boolean
    readonly from?: Millis | undefined
    readonly to?: Millis | undefined
    readonly subject?: string | undefined
    readonly text?: string | undefined
    readonly html?: string | undefined
  }
  readonly share_notice: {
    /** Undefined: the whole account. */
    readonly mailboxId?: string | undefined
    /** RFC 4314 letters; empty: none. */
    readonly oldRights: string
    readonly newRights: string
    readonly at: Millis
    readonly by?: string | undefined
  }
  readonly matter_hold: {
    /** What it is about, as people call it. */
    readonly matter: string
    readonly reason: string
    readonly ticket?: string | undefined
    readonly receivedFrom?: Millis | undefined
    readonly receivedBefore?: Millis | undefined
    readonly placedAt: Millis
    readonly placedBy?: string | undefined
  }
  readonly policy: {
    /** As the catalogue of policies names it; one that it does not know counts for nothing. */
    readonly name: string
    /** Undefined: of the platform. */
    readonly departmentId?: string | undefined
    readonly number: number
    /** Undefined: withdrawn. */
    readonly value?: unknown
    readonly at: Millis
    readonly by?: string | undefined
    readonly reason?: string | undefined
    readonly approvalId?: string | undefined
    readonly isWeaker: boolean
  }
  readonly address: {
    readonly address: string
    readonly kind: TargetKind
    readonly isPrimary: boolean
  }
}
export type DirectoryNoun = keyof DirectoryContent

export const directoryNouns: readonly DirectoryNoun[] = [
  'department',
  'domain',
  'person',
  'post',
  'post_holder',
  'shared_mailbox',
  'shared_member',
  'list',
  'list_member',
  'role_grant',
  'delegation',
  'redirect',
  'filter',
  'vacation',
  'share_notice',
  'matter_hold',
  'policy',
  'address',
]

/**
 * `former`: an address that leads nowhere now, whose it was is remembered; a version of a policy
 * that is not in force any more.
 */
export type RowState = 'active' | 'suspended' | 'left' | 'former' | 'deleted'
