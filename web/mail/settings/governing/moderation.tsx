/** What waits for one's lists: let through, or refused. The message itself is in the mailbox `Moderation`. */
import { useMemo } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatMoment } from '../../../kit/dates.ts'
import { useWords } from '../../../kit/use-words.ts'
import { formatNumber } from '../../../kit/words.ts'
import { Line, WhenRead } from '../parts.tsx'
import { Moderation, type WaitingPost } from './moderation.ts'
import type { Office } from './office.ts'
import { useOfficeOutcome } from './use-office-outcome.ts'
import { governingWords } from './words.ts'

export function ModerationPart({ office }: { office: Office }) {
  const say = useWords(governingWords)
  const model = useMemo(() => new Moderation(office), [office])
  return (
    <WhenRead of={model.waiting}>
      {(posts) =>
        posts.length === 0 ? (
          <p className="none">{say('noPosts')}</p>
        ) : (
          <>
            <p className="about">{say('postsAbout')}</p>
            <ul className="lines">
              {posts.map((post) => (
                <PostLine key={post.id} model={model} post={post} />
              ))}
            </ul>
          </>
        )
      }
    </WhenRead>
  )
}

function PostLine({ model, post }: { model: Moderation; post: WaitingPost }) {
  const say = useWords(governingWords)
  const tell = useOfficeOutcome()
  const { id, list, octets, waitingSince, expiresAt } = post
  const from = post.from === '' ? say('machine') : post.from
  return (
    <Line
      title={list}
      facts={[
        say('postFrom', { from }),
        say('postSize', { n: formatNumber(Math.ceil(octets / 1_024)) }),
        say('postTimes', { since: formatMoment(waitingSince), until: formatMoment(expiresAt) }),
      ]}
    >
      <Button
        kind="primary"
        aria-label={say('passThis', { list, from })}
        onClick={() =>
          void model.decide(id, 'passage').then((answer) => tell.outcome(answer, say('passed')))
        }
      >
        {say('pass')}
      </Button>
      <Button
        aria-label={say('refusePost', { list, from })}
        onClick={() =>
          void model.decide(id, 'refusal').then((answer) => tell.outcome(answer, say('refused')))
        }
      >
        {say('refuse')}
      </Button>
    </Line>
  )
}
