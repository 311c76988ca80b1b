/** THREAD=ORDEREDSUBJECT: one thread a subject, the first message its root. RFC 5256 §3. */
import { byDate, newNode, type Threadable, type ThreadNode } from './node.ts'

export function threadBySubject(messages: readonly Threadable[]): readonly ThreadNode[] {
  const bySubject = new Map<string, ThreadNode[]>()
  for (const message of messages) {
    const nodes = bySubject.get(message.subject)
    if (nodes === undefined) bySubject.set(message.subject, [newNode(message)])
    else nodes.push(newNode(message))
  }
  const roots: ThreadNode[] = []
  for (const nodes of bySubject.values()) {
    const [root, ...children] = nodes.sort(byDate)
    if (root === undefined) continue
    root.children = children
    roots.push(root)
  }
  return roots.sort(byDate)
}
