/** Entries of the audit trail, newest first. */
import { useId, useMemo, useState } from 'react'
import { formatMoment } from '../../../kit/dates.ts'
import type { Loaded } from '../../../kit/loaded.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language } from '../../../kit/words.ts'
import { Line, WhenRead } from '../parts.tsx'
import { actWords } from './act-words.ts'
import { kindWords } from './kind-words.ts'
import type { Office } from './office.ts'
import { Trail, type TrailEntry, type Whose } from './trail.ts'
import { governingWords } from './words.ts'

export function TrailPart({ office }: { office: Office }) {
  const say = useWords(governingWords)
  const id = useId()
  const trail = useMemo(() => new Trail(office), [office])
  const [whose, setWhose] = useState<Whose>('own')
  return (
    <>
      <p className="about">{say('trailAbout')}</p>
      <WhenRead of={trail.mayReadAll}>
        {(mayReadAll) =>
          mayReadAll ? (
            <div className="field">
              <label htmlFor={id}>{say('whose')}</label>
              <select
                id={id}
                className="input"
                value={whose}
                onChange={({ target }) => setWhose(target.value === 'all' ? 'all' : 'own')}
              >
                <option value="own">{say('own')}</option>
                <option value="all">{say('all')}</option>
              </select>
            </div>
          ) : null
        }
      </WhenRead>
      <Entries key={whose} entries={trail[whose]} />
    </>
  )
}

function Entries({ entries }: { entries: Loaded<readonly TrailEntry[]> }) {
  const say = useWords(governingWords)
  const to = useValue(language)
  return (
    <WhenRead of={entries}>
      {(all) =>
        all.length === 0 ? (
          <p className="none">{say('noEntries')}</p>
        ) : (
          <ul className="lines entries">
            {all.map(({ key, at, kind, act, facts }) => (
              <Line
                key={key}
                title={
                  act === ''
                    ? (kindWords[to][kind] ?? kind)
                    : (actWords[to][act]?.[0] ?? kindWords[to][kind] ?? kind)
                }
                facts={[
                  [formatMoment(at), act, ...facts].filter((fact) => fact !== '').join(' · '),
                ]}
              />
            ))}
          </ul>
        )
      }
    </WhenRead>
  )
}
