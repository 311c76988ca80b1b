/**
 * What the screens say, in three languages side by side: a text that is missing in one does not
 * compile. `{name}` is filled in; a key with `_one` and `_other` is chosen by `n`.
 */
import { Value } from './observable.ts'

export const languages = ['en', 'zh-Hant-HK', 'zh-Hans'] as const
export type Language = (typeof languages)[number]

export type Words<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>

export type Params = Readonly<Record<string, string | number>>

/** The key of a text; of `rows_one` and `rows_other` it is `rows`. */
export type KeyOf<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other`
  ? Base
  : K

export type Say<K extends string> = (key: KeyOf<K>, params?: Params) => string

export function defineWords<const K extends string>(words: Words<K>): Words<K> {
  return words
}

export const language = new Value<Language>('en')

/** Says texts of `words` in the language of now. */
export function sayer<K extends string>(words: Words<K>, to: Language = language.value): Say<K> {
  const texts: Readonly<Record<string, string>> = words[to]
  return (key, params = {}) => {
    const text = texts[key] ?? texts[`${key}_${form(to, Number(params['n']))}`] ?? key
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name]
      return typeof value === 'number' ? formatNumber(value, to) : (value ?? '')
    })
  }
}

/** Chinese has one form. */
function form(to: Language, n: number): 'one' | 'other' {
  return to === 'en' && n === 1 ? 'one' : 'other'
}

const numbers = new Map<Language, Intl.NumberFormat>()

export function formatNumber(value: number, to: Language = language.value): string {
  let format = numbers.get(to)
  if (format === undefined) numbers.set(to, (format = new Intl.NumberFormat(to)))
  return format.format(value)
}

/** The first of the reader's languages that we speak. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const { language: base, script, region } = new Intl.Locale(tag).maximize()
    if (base === 'en') return 'en'
    if (base === 'zh' || base === 'yue')
      return script === 'Hant' || region === 'HK' ? 'zh-Hant-HK' : 'zh-Hans'
  }
  return 'en'
}
