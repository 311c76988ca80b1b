/** How the page looks and which language it speaks. */
import { Choice } from '../../../kit/controls/choice.tsx'
import { density, theme, writing } from '../../../kit/settings.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language, languages } from '../../../kit/words.ts'
import { languageNames } from '../../sign-in/view.tsx'
import { lookWords } from './words.ts'

export function LookSection() {
  const say = useWords(lookWords)
  return (
    <>
      <p className="about">{say('about')}</p>
      <Choice
        title={say('language')}
        value={useValue(language)}
        options={languages.map((value) => ({ value, label: languageNames[value], lang: value }))}
        onChoose={(value) => language.set(value)}
      />
      <Choice
        title={say('theme')}
        value={useValue(theme)}
        options={(['system', 'light', 'dark'] as const).map((value) => ({
          value,
          label: say(value),
        }))}
        onChoose={(value) => theme.set(value)}
      />
      <Choice
        title={say('density')}
        value={useValue(density)}
        options={[
          {
            value: 'comfortable' as const,
            label: say('comfortable'),
            hint: say('comfortableHint'),
          },
          { value: 'compact' as const, label: say('compact'), hint: say('compactHint') },
        ]}
        onChoose={(value) => density.set(value)}
      />
      <Choice
        title={say('writing')}
        value={useValue(writing)}
        options={[
          { value: 'rich' as const, label: say('rich'), hint: say('richHint') },
          { value: 'plain' as const, label: say('plain'), hint: say('plainHint') },
        ]}
        onChoose={(value) => writing.set(value)}
      />
    </>
  )
}
