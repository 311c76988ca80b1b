/** How the reader likes it: kept in this browser. What belongs to the person is kept by the server. */
import { Value } from './observable.ts'
import { chooseLanguage, language, languages, type Language } from './words.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'
/** What a new message is written as. */
export type Writing = 'rich' | 'plain'

export const theme = new Value<Theme>('system')
export const density = new Value<Density>('comfortable')
export const writing = new Value<Writing>('rich')

const place = 'tamar.look'

/** What is stored, wherever it came from, is read with care. */
export function readLook(storage: Pick<Storage, 'getItem'>, wanted: readonly string[]): void {
  const kept = parse(storage.getItem(place))
  const oneOf = <T extends string>(value: unknown, all: readonly T[], otherwise: T): T =>
    all.find((each) => each === value) ?? otherwise
  theme.set(oneOf(kept['theme'], ['system', 'light', 'dark'], 'system'))
  density.set(oneOf(kept['density'], ['comfortable', 'compact'], 'comfortable'))
  writing.set(oneOf(kept['writing'], ['rich', 'plain'], 'rich'))
  language.set(oneOf<Language>(kept['language'], languages, chooseLanguage(wanted)))
}

/** Shows the look on the page, now and whenever it changes, and keeps it. */
export function applyLook(root: HTMLElement, storage: Pick<Storage, 'setItem'>): void {
  const show = () => {
    root.lang = language.value
    root.dataset['theme'] = theme.value
    root.dataset['density'] = density.value
  }
  const keep = () => {
    show()
    const look = {
      theme: theme.value,
      density: density.value,
      writing: writing.value,
      language: language.value,
    }
    storage.setItem(place, JSON.stringify(look))
  }
  show()
  theme.changed.subscribe(keep)
  density.changed.subscribe(keep)
  writing.changed.subscribe(keep)
  language.changed.subscribe(keep)
}

function parse(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // Somebody else wrote there: as if nothing were kept.
    return {}
  }
}
