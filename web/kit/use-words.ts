/** React speaks the language of now. */
import { useMemo } from 'react'
import { language, sayer, type Say, type Words } from './words.ts'
import { useValue } from './use-observable.ts'

export function useWords<K extends string>(words: Words<K>): Say<K> {
  const to = useValue(language)
  return useMemo(() => sayer(words, to), [words, to])
}
