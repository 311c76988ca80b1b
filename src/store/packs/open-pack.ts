/** A whole pack as the messages it was made of. */
import type { MessageId } from '../../base/id.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { factsAt } from './facts-part.ts'
import { formAt } from './forms-part.ts'
import { headAt } from './heads-part.ts'
import type { PartName } from './pack-cache.ts'
import { openPart } from './parts.ts'
import type { PackedMessage } from './write-pack.ts'

export interface PackRow {
  readonly pack_id: string
  readonly content_key: Buffer
  readonly facts: Buffer
  readonly heads: Buffer
  readonly forms: Buffer
  readonly orders: Buffer
}

export function openWithout(
  keys: AccountKeys,
  row: PackRow,
  gone: ReadonlySet<MessageId>,
): readonly PackedMessage[] {
  const open = <N extends PartName>(name: N) => openPart(keys, name, { ...row, sealed: row[name] })
  const [facts, heads, forms, { orders }] = [
    open('facts'),
    open('heads'),
    open('forms'),
    open('orders'),
  ]
  return orders.flatMap((order, place) => {
    const known = factsAt(facts, place)
    if (gone.has(known.messageId)) return []
    return [{ facts: known, header: headAt(heads, place), form: formAt(forms, place), order }]
  })
}
