/** Governing: what waits for one's yes, for one's lists, and what the trail says of oneself. */
import { useEffect, useMemo } from 'react'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { useOwn } from '../own.ts'
import { Part } from '../parts.tsx'
import { ApprovalsPart } from './approvals.tsx'
import { ModerationPart } from './moderation.tsx'
import { Office } from './office.ts'
import { TrailPart } from './trail.tsx'
import { governingWords } from './words.ts'
import './governing.css'

export function GoverningSection() {
  const { api, guard } = useOwn()
  const { fetch } = useApp().browser
  const say = useWords(governingWords)
  const office = useMemo(() => new Office({ api, guard, fetch }), [api, guard, fetch])
  useEffect(() => () => void office.close(), [office])
  return (
    <>
      <p className="about">{say('about')}</p>
      <ApprovalsPart office={office} />
      <Part title={say('moderation')}>
        <ModerationPart office={office} />
      </Part>
      <Part title={say('trail')}>
        <TrailPart office={office} />
      </Part>
    </>
  )
}
