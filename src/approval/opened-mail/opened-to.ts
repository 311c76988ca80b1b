/** What is open to a person by approval, with the names of its owner, as `access` grants it. */
import type { OpenedAccount } from '../../access/types.ts'
import type { PrincipalId } from '../../base/id.ts'
import type { Directory } from '../../directory/types.ts'
import type { ApprovalMemory } from '../memory.ts'
import type { OpenedMailContent } from '../types.ts'

export function openedTo(
  memory: ApprovalMemory,
  directory: Directory,
  personId: PrincipalId,
): readonly OpenedAccount[] {
  return memory
    .list('opened_mail')
    .filter(({ content }) => content.personId === personId && content.rights !== '')
    .flatMap(({ content }) => accountOf(directory, content) ?? [])
}

function accountOf(directory: Directory, content: OpenedMailContent): OpenedAccount | undefined {
  const { accountId, basis, rights, from, to, approvalId, approvedBy } = content
  const owner = ownerOf(directory, accountId)
  if (owner === undefined) return undefined
  const { departmentId, names, address, kind } = owner
  const opened = { accountId, departmentId, names, address, kind, basis, rights, from, to }
  return { ...opened, approvedBy, ...(approvalId === undefined ? {} : { approvalId }) }
}

function ownerOf(directory: Directory, accountId: string) {
  const isIt = (one: { readonly accountId: string }) => one.accountId === accountId
  const person = directory.people().find(isIt)
  if (person !== undefined) return { ...person, kind: 'person' as const }
  const post = directory.posts().find(isIt)
  if (post !== undefined) return { ...post, kind: 'post' as const }
  const shared = directory.sharedMailboxes().find(isIt)
  return shared && { ...shared, kind: 'shared' as const }
}
