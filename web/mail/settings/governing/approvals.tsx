/** Requests: whole, so that nobody says yes to what he was not shown. */
import { useMemo, useState, type ReactNode } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatMoment } from '../../../kit/dates.ts'
import type { Answer } from '../../../kit/own-api.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language, type Language } from '../../../kit/words.ts'
import { Part, ShownOnce, WhenRead } from '../parts.tsx'
import { actWords, nameWords } from './act-words.ts'
import { Approvals, outcomeOf, type ApprovalRequest, type Outcome } from './approvals.ts'
import { DecideDialog, type Decision } from './decide.tsx'
import type { Office } from './office.ts'
import { useOfficeOutcome } from './use-office-outcome.ts'
import { governingWords } from './words.ts'

interface Asked {
  readonly request: ApprovalRequest
  readonly decision: Decision
}

export function ApprovalsPart({ office }: { office: Office }) {
  const say = useWords(governingWords)
  const tell = useOfficeOutcome()
  const model = useMemo(() => new Approvals(office), [office])
  const [asked, setAsked] = useState<Asked>()
  const [told, setTold] = useState<Outcome>()
  const settle = async ({ request, decision }: Asked, reason: string) => {
    setAsked(undefined)
    const answer = await decide(model, request.id, { decision, reason })
    const outcome = answer.isDone ? outcomeOf(answer.body) : undefined
    if (outcome !== undefined && outcome.facts.length > 0) setTold(outcome)
    const isAgreed = decision === 'approve' && outcome?.isDone === false
    // Others' yes is missing still, or it could not be done: the server says which.
    if (isAgreed && outcome.message !== '') return tell.fault(outcome.message)
    return tell.outcome(answer, say(isAgreed ? 'agreed' : doneWords[decision]))
  }
  return (
    <>
      <Part title={say('waiting')}>
        {told === undefined ? null : (
          <ShownOnce
            lines={told.facts.map(({ value }) => value)}
            hint={say('toldOnce')}
            onKept={() => setTold(undefined)}
          />
        )}
        <WhenRead of={model.waiting}>
          {(requests) => (
            <Requests requests={requests} none={say('nothingWaits')}>
              {(request) => (
                <>
                  <Button
                    kind="primary"
                    aria-label={say('approveThis', { what: wordsOf(request, language.value) })}
                    onClick={() => setAsked({ request, decision: 'approve' })}
                  >
                    {say('approve')}
                  </Button>
                  <Button
                    aria-label={say('refuseThis', { what: wordsOf(request, language.value) })}
                    onClick={() => setAsked({ request, decision: 'refuse' })}
                  >
                    {say('refuse')}
                  </Button>
                </>
              )}
            </Requests>
          )}
        </WhenRead>
      </Part>
      <Part title={say('mine')}>
        <WhenRead of={model.mine}>
          {(requests) => (
            <Requests requests={requests} none={say('nothingAsked')}>
              {(request) => (
                <Button
                  aria-label={say('withdrawThis', { what: wordsOf(request, language.value) })}
                  onClick={() => setAsked({ request, decision: 'withdraw' })}
                >
                  {say('withdraw')}
                </Button>
              )}
            </Requests>
          )}
        </WhenRead>
      </Part>
      {asked === undefined ? null : (
        <DecideDialog
          decision={asked.decision}
          onClose={() => setAsked(undefined)}
          onDecide={(reason) => void settle(asked, reason)}
        >
          <Facts request={asked.request} />
        </DecideDialog>
      )}
    </>
  )
}

const doneWords = { approve: 'approved', refuse: 'refused', withdraw: 'withdrawn' } as const

function decide(
  model: Approvals,
  id: string,
  { decision, reason }: { readonly decision: Decision; readonly reason: string },
): Promise<Answer> {
  if (decision === 'approve') return model.approve(id)
  return decision === 'refuse' ? model.refuse(id, reason) : model.withdraw(id)
}

function Requests(props: {
  requests: readonly ApprovalRequest[]
  none: string
  children: (request: ApprovalRequest) => ReactNode
}) {
  const { requests, none, children } = props
  if (requests.length === 0) return <p className="none">{none}</p>
  return (
    <ul className="lines">
      {requests.map((request) => (
        <li key={request.id} className="line">
          <div className="what">
            <Facts request={request} />
          </div>
          <div className="acts">{children(request)}</div>
        </li>
      ))}
    </ul>
  )
}

/** Every value the act is done with; ids are addresses already. */
function Facts({ request }: { request: ApprovalRequest }) {
  const say = useWords(governingWords)
  const to = useValue(language)
  const { requester, role, department, reason, ticket, askedAt, expiresAt, voices } = request
  const who = [requester, nameOf(role, to), department].filter((one) => one !== '').join(' · ')
  const facts: readonly (readonly [name: string, value: string])[] = [
    ...request.lines.map(({ name, value }) => [nameOf(name, to), nameOf(value, to)] as const),
    [say('askedBy'), who],
    [say('reason'), ticket === '' ? reason : `${reason} (${ticket})`],
    [say('why'), actWords[to][request.act]?.[1] ?? request.why],
    [say('askedAt'), formatMoment(askedAt)],
    [say('until'), formatMoment(expiresAt)],
    ...(voices.length === 0 ? [] : [[say('agreedBy'), voices.join(say('and'))] as const]),
  ]
  return (
    <>
      <p className="title">{wordsOf(request, to)}</p>
      <dl className="request">
        {facts.map(([name, value], at) => (
          <div key={`${at} ${name}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

/** The server's own words where the page has none. */
function wordsOf({ act, words }: ApprovalRequest, to: Language): string {
  const said = actWords[to][act]?.[0] ?? words
  return said.slice(0, 1).toUpperCase() + said.slice(1)
}

function nameOf(name: string, to: Language): string {
  return nameWords[to][name] ?? name
}
