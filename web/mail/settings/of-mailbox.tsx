/** Sections that are about one of several mailboxes: what it is about, the choice, and what there is of the chosen one. */
import { useMemo, useState, type ReactNode } from 'react'
import { useValue } from '../../kit/use-observable.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { MailboxChoice, type Choosable } from './mailbox-choice.tsx'
import { nameOf, ownMailboxes } from './own-mailboxes.ts'
import { useOwn } from './own.ts'
import { WhenRead } from './parts.tsx'

interface Shared {
  readonly about: string
  /** Drawn anew for each mailbox. */
  readonly children: (id: string) => ReactNode
}

/** Of the accounts that can do this, by their JMAP ids. */
export function OfAccount(props: Shared & { capability: string; nowhere: string }) {
  const { capability, nowhere, ...shared } = props
  const { client } = useApp()
  const ids = client.accountsWith(capability)
  if (ids.length === 0) return <p className="none">{nowhere}</p>
  const all = ids.map((id) => ({ id, label: client.session.accounts[id]?.name ?? id }))
  return <OfOne all={all} {...shared} />
}

/** Of one's own mailbox and those of one's posts, as `/auth/mailboxes` says. */
export function OfOwnMailbox(shared: Shared) {
  const { api } = useOwn()
  const to = useValue(language)
  const mailboxes = useMemo(() => ownMailboxes(api), [api])
  return (
    <WhenRead of={mailboxes}>
      {(all) => (
        <OfOne all={all.map((one) => ({ id: one.id, label: nameOf(one, to) }))} {...shared} />
      )}
    </WhenRead>
  )
}

function OfOne({ all, about, children }: Shared & { all: readonly Choosable[] }) {
  const [wanted, setWanted] = useState<string>()
  const chosen = wanted ?? all[0]?.id
  return (
    <>
      <p className="about">{about}</p>
      {chosen === undefined ? null : (
        <>
          <MailboxChoice all={all} chosen={chosen} onChoose={setWanted} />
          <div className="of-mailbox" key={chosen}>
            {children(chosen)}
          </div>
        </>
      )}
    </>
  )
}
