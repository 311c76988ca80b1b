/** THREAD=REFERENCES, the six steps of RFC 5256 §3. */
import { setImmediate } from 'node:timers/promises'
import { byDate, newNode, sortChildren, type Threadable, type ThreadNode } from './node.ts'

/** Others are let in between: half a million messages take seconds. */
export async function threadByReferences(
  messages: readonly Threadable[],
): Promise<readonly ThreadNode[]> {
  const nodes = await linkAll(messages)
  const roots = prune(nodes.filter((node) => node.parent === undefined))
  await setImmediate()
  sortChildren(roots)
  await setImmediate()
  const gathered = gatherBySubject(roots.sort(byDate))
  sortChildren(gathered)
  return gathered.sort(byDate)
}

/** Messages linked at once. */
const linkedSlice = 4_096

/** Step 1: every message and every message it names, child to parent. */
async function linkAll(messages: readonly Threadable[]): Promise<readonly ThreadNode[]> {
  const byId = new Map<string, ThreadNode>()
  const nodes: ThreadNode[] = []
  const add = (node: ThreadNode): ThreadNode => {
    nodes.push(node)
    return node
  }
  const find = (id: string): ThreadNode => {
    const known = byId.get(id)
    if (known !== undefined) return known
    const node = add(newNode())
    byId.set(id, node)
    return node
  }
  for (const [at, message] of messages.entries()) {
    if (at % linkedSlice === linkedSlice - 1) await setImmediate()
    let parent: ThreadNode | undefined
    for (const id of message.references) {
      const node = find(id)
      if (parent !== undefined && node.parent === undefined) link(node, parent)
      parent = node
    }
    // A message without an ID, or with one that is taken, stands for itself.
    const own = message.messageId === undefined ? undefined : find(message.messageId)
    const node = own === undefined || own.message !== undefined ? add(newNode()) : own
    node.message = message
    if (parent !== undefined) {
      unlink(node)
      link(node, parent)
    }
  }
  return nodes
}

/** Not where it would make a loop. */
function link(child: ThreadNode, parent: ThreadNode): void {
  for (let at: ThreadNode | undefined = parent; at !== undefined; at = at.parent) {
    if (at === child) return
  }
  child.parent = parent
  parent.children.push(child)
}

function unlink(child: ThreadNode): void {
  const { parent } = child
  if (parent === undefined) return
  parent.children = parent.children.filter((other) => other !== child)
  child.parent = undefined
}

/** Step 3: messages that are not here go, their children take their place. */
function prune(roots: readonly ThreadNode[]): ThreadNode[] {
  const order: ThreadNode[] = [...roots]
  for (let at = 0; at < order.length; at += 1) order.push(...(order[at]?.children ?? []))
  for (const node of order.toReversed()) {
    node.children = node.children.flatMap((child) =>
      child.message === undefined ? child.children : [child],
    )
  }
  return roots.flatMap((root) => {
    if (root.message !== undefined) return [root]
    // At the root several children keep the one that is not here: it holds them together.
    return root.children.length > 1 ? [root] : root.children
  })
}

/** Step 5: threads of the same subject become one. */
function gatherBySubject(roots: readonly ThreadNode[]): ThreadNode[] {
  const bySubject = new Map<string, ThreadNode>()
  for (const root of roots) {
    const { subject, isReply } = factsOf(root)
    if (subject === '') continue
    const known = bySubject.get(subject)
    const isBetter =
      known === undefined ||
      (root.message === undefined && known.message !== undefined) ||
      (known.message !== undefined && factsOf(known).isReply && !isReply)
    if (isBetter) bySubject.set(subject, root)
  }
  const kept = new Set(roots)
  for (const root of roots) {
    const { subject, isReply } = factsOf(root)
    const other = bySubject.get(subject)
    if (subject === '' || other === undefined || other === root) continue
    kept.delete(root)
    if (other.message === undefined) {
      // Two that are not here are one; any other is a child of the one that is not here.
      other.children.push(...(root.message === undefined ? root.children : [root]))
    } else if (isReply && !factsOf(other).isReply) other.children.push(root)
    else {
      const both = newNode()
      both.children = [other, root]
      kept.delete(other)
      kept.add(both)
      bySubject.set(subject, both)
    }
  }
  return [...kept]
}

const nothing = { subject: '', isReply: false }

/** Of a message that is not here, what its first child says. */
function factsOf(node: ThreadNode): { readonly subject: string; readonly isReply: boolean } {
  return node.message ?? node.children[0]?.message ?? nothing
}
