/** What a user files himself, by any door: what may not be in the system may not come in by this way either. */
import type { AccountId, DepartmentId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { ReadPdf } from '../../extract/pdf/types.ts'
import { decide } from '../../policy/decide.ts'
import { unknownFacts } from '../../policy/facts.ts'
import type { PolicySettings } from '../../policy/settings.ts'
import type { AppendInput, Store } from '../../store/types.ts'
import { gatherContent } from './content.ts'

export interface KeptParts {
  readonly settings: () => PolicySettings
  readonly departmentOf: (accountId: AccountId) => DepartmentId | undefined
  readonly readPdf: ReadPdf | undefined
}

/** The same store, for doors: what is appended is looked at first. */
export function judgeKept<S extends Store>(store: S, parts: KeptParts): S {
  return {
    ...store,
    append: async (account, mailboxId, inputs, viewer) => {
      for (const input of inputs) await requireKeepable(store, parts, { account, mailboxId, input })
      return store.append(account, mailboxId, inputs, viewer)
    },
  }
}

interface Keeping {
  readonly account: AccountId
  readonly mailboxId: MailboxId
  readonly input: AppendInput
}

/** @throws Refusal by a rule of the policy */
async function requireKeepable(
  store: Store,
  { settings, departmentOf, readPdf }: KeptParts,
  { account, mailboxId, input }: Keeping,
): Promise<void> {
  const content = await gatherContent(input.octets, { countsPersonalData: false, readPdf })
  if (content.grade === 'none') return
  const mailbox = (await store.mailboxes(account)).find(({ id }) => id === mailboxId)
  const isOwnWriting = mailbox?.role === 'sent' || mailbox?.role === 'drafts'
  const facts = { ...unknownFacts, direction: 'kept', ...content, isOwnWriting } as const
  const { action, code, reason } = decide(facts, settings(), departmentOf(account))
  if (action === 'refuse' || action === 'defer') throw new Refusal(code, { reason })
}
