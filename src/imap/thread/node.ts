/** Threads as trees, and how THREAD writes them. RFC 5256 §4 and §6. */
import type { OctetWriter } from '../wire/octet-writer.ts'

/** What threading looks at. */
export interface Threadable {
  readonly uid: number
  readonly sentAt: number
  /** Message-IDs without brackets. */
  readonly messageId: string | undefined
  readonly references: readonly string[]
  readonly subject: string
  readonly isReply: boolean
}

export interface ThreadNode {
  /** Undefined: a message that is not here. */
  message: Threadable | undefined
  parent: ThreadNode | undefined
  children: ThreadNode[]
}

export function newNode(message?: Threadable): ThreadNode {
  return { message, parent: undefined, children: [] }
}

/** By date, then by place in the mailbox. */
export function byDate(a: ThreadNode, b: ThreadNode): number {
  const x = dated(a)
  const y = dated(b)
  return (x?.sentAt ?? 0) - (y?.sentAt ?? 0) || (x?.uid ?? 0) - (y?.uid ?? 0)
}

/** A message that is not here is as old as its first child; its children are in order already. */
function dated(node: ThreadNode): Threadable | undefined {
  return node.message ?? node.children[0]?.message
}

/** Orders children everywhere, the deepest first. Threads can be deeper than the stack. */
export function sortChildren(roots: readonly ThreadNode[]): void {
  const order: ThreadNode[] = [...roots]
  for (let at = 0; at < order.length; at += 1) order.push(...(order[at]?.children ?? []))
  for (const node of order.toReversed()) node.children.sort(byDate)
}

/** A list begins and ends; all other tokens are UIDs. */
export const listStart = -1
export const listEnd = -2

/** `(3 6 (4 23)(44 7 96))(5)` without what parts them. */
export function tokensOf(roots: readonly ThreadNode[]): Float64Array {
  const tokens: number[] = []
  // What is still to be written, the next on top: nodes that open a list, and closing signs.
  const waiting: (ThreadNode | typeof listEnd)[] = roots.toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === listEnd) {
      tokens.push(listEnd)
      continue
    }
    tokens.push(listStart)
    waiting.push(listEnd)
    let node: ThreadNode = next
    for (;;) {
      if (node.message !== undefined) tokens.push(node.message.uid)
      const [only] = node.children
      if (only === undefined || node.children.length > 1) break
      node = only
    }
    if (node.children.length > 1) waiting.push(...node.children.toReversed())
  }
  return Float64Array.from(tokens)
}

/** @param numberOf a UID as the client is to see it. */
export function writeThreads(
  out: OctetWriter,
  tokens: Float64Array,
  numberOf: (uid: number) => number,
): void {
  let before = listEnd
  for (const token of tokens) {
    if (before >= 0 && token !== listEnd) out.text(' ')
    if (token === listStart) out.text('(')
    else if (token === listEnd) out.text(')')
    else out.number(numberOf(token))
    before = token
  }
}
