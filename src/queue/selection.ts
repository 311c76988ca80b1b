/** What an operator picked, as conditions on `queued_recipient`: one statement for each kind. */
import { Refusal } from '../base/refusal.ts'
import { bucketOf } from './bucket.ts'
import { bucketCount } from './limits.ts'
import type { QueueSelection } from './types.ts'

export interface Condition {
  /** Uses $1 to $3; further values begin at $4. */
  readonly text: string
  readonly values: readonly [buckets: readonly number[], id: string, recipient: number | null]
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const everyBucket = Array.from({ length: bucketCount }, (_, bucket) => bucket)

/** The third value is named everywhere, so that all kinds have the same places. */
const textOf = {
  message: `bucket = ANY ($1::smallint[]) AND message_id = $2::uuid
    AND ($3::integer IS NULL OR recipient = $3)`,
  destination: `bucket = ANY ($1::smallint[]) AND destination = $2::uuid AND $3::integer IS NULL`,
  department: `bucket = ANY ($1::smallint[]) AND department_id = $2::uuid AND $3::integer IS NULL`,
} as const

/** @throws Refusal('not-found') for what is no id */
export function conditionOf(selection: QueueSelection): Condition {
  const { kind } = selection
  const id = subjectOf(selection)
  if (!uuid.test(id)) throw nothingFound(selection)
  if (kind !== 'message') return { text: textOf[kind], values: [everyBucket, id, null] }
  const { messageId, recipient = null } = selection
  return { text: textOf.message, values: [[bucketOf(messageId)], messageId, recipient] }
}

export function subjectOf(selection: QueueSelection): string {
  if (selection.kind === 'message') return selection.messageId
  return selection.kind === 'destination' ? selection.destination : selection.departmentId
}

export function nothingFound(selection: QueueSelection): Refusal {
  return new Refusal('not-found', { what: `queued ${selection.kind}`, id: subjectOf(selection) })
}
