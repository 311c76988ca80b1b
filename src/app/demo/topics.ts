/** What a thread of the demo is made of, and the threads of all three departments. */
import { topicsOfHealth } from './topics-health.ts'
import { topicsOfInnovation } from './topics-innovation.ts'
import { topicsOfTransport } from './topics-transport.ts'
import type { BodyEncoding } from './compose.ts'

export type AttachmentKind = 'pdf' | 'csv' | 'png' | 'photo' | 'docx' | 'txt'

export interface Turn {
  /** Address of a person, post, shared mailbox, or of a stranger outside. */
  readonly by: string
  readonly text: string
  readonly attach?: readonly (readonly [kind: AttachmentKind, fileName: string])[]
}

export interface Topic {
  readonly subject: string
  /** Everybody in the thread besides who speaks; lists may be among them. */
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly turns: readonly Turn[]
  readonly encoding?: BodyEncoding
  readonly hasHtml?: boolean
  readonly isRawHeader?: boolean
  /** A mailbox into which those who received it have filed it. */
  readonly filed?: string
  readonly isFlagged?: boolean
}

export const topics: readonly Topic[] = [
  ...topicsOfTransport,
  ...topicsOfHealth,
  ...topicsOfInnovation,
]
