/** Who opened my mailbox. */
import { useMemo } from 'react'
import { formatMoment } from '../../../kit/dates.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language } from '../../../kit/words.ts'
import { OfOwnMailbox } from '../of-mailbox.tsx'
import { nameOf } from '../own-mailboxes.ts'
import { useOwn } from '../own.ts'
import { Line, WhenRead } from '../parts.tsx'
import { ledgerOf, type Opened } from './model.ts'
import { openedWords } from './words.ts'

export function OpenedSection() {
  const say = useWords(openedWords)
  return <OfOwnMailbox about={say('about')}>{(id) => <LedgerOf mailboxId={id} />}</OfOwnMailbox>
}

function LedgerOf({ mailboxId }: { mailboxId: string }) {
  const { api } = useOwn()
  const say = useWords(openedWords)
  const ledger = useMemo(() => ledgerOf(api, mailboxId), [api, mailboxId])
  return (
    <WhenRead of={ledger}>
      {({ lines, damaged }) => (
        <>
          {damaged === 0 ? null : (
            <p className="fault" role="alert">
              {say('damaged', { n: damaged })}
            </p>
          )}
          {lines.length === 0 ? (
            <p className="none">{say('nobody')}</p>
          ) : (
            <ul className="lines">
              {lines.map((line, at) => (
                <OpenedLine key={`${line.at} ${at}`} line={line} />
              ))}
            </ul>
          )}
        </>
      )}
    </WhenRead>
  )
}

function OpenedLine({ line }: { line: Opened }) {
  const say = useWords(openedWords)
  const to = useValue(language)
  const { at, lastAt, by, what, basis, messages, approvedBy, delayedUntil } = line
  const deed =
    messages === undefined ? say(what) : say('ofMessages', { what: say(what), n: messages })
  const when =
    lastAt - at < 60_000
      ? formatMoment(at)
      : say('span', { from: formatMoment(at), to: formatMoment(lastAt) })
  return (
    <Line
      title={by === undefined ? say('operator') : nameOf(by, to)}
      facts={[
        `${deed} · ${say(basis)}`,
        when,
        approvedBy.length === 0
          ? undefined
          : say('approved', { by: approvedBy.map((one) => nameOf(one, to)).join(say('and')) }),
        delayedUntil === undefined ? undefined : say('delayed', { at: formatMoment(delayedUntil) }),
      ]}
    />
  )
}
