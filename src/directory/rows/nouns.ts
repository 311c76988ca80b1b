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
  }
  readonly domain: { readonly domain: string }
  readonly person: { readonly names: Names }
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
  'address',
]

export type RowState = 'active' | 'suspended' | 'left' | 'deleted'
