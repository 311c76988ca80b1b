/** Password and second factors. */
import { useMemo } from 'react'
import { useApp } from '../../app/context.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useOwn } from '../own.ts'
import { FactorList } from './factors.tsx'
import { Security } from './model.ts'
import { PasswordForm } from './password.tsx'
import { securityWords } from './words.ts'

export function SecuritySection() {
  const app = useApp()
  const { api, guard } = useOwn()
  const say = useWords(securityWords)
  const model = useMemo(
    // The stream of changes was the old session's.
    () => new Security(api, guard, () => app.client.listen()),
    [app, api, guard],
  )
  return (
    <>
      <p className="about">{say('about')}</p>
      <FactorList model={model} />
      <PasswordForm model={model} />
    </>
  )
}
