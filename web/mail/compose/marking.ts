/** How a message is marked: a word in its subject, where every reader and the platform's rules see it (ADR 0028). */
import { languages, type KeyOf, type Language } from '../../kit/words.ts'
import type { composeWords } from './words.ts'

/** `taken`, `held`, or why it is refused. */
export type Outcome = string

/** What the platform says of each marking; of the server's own `Marking`, what is read here. */
export interface Marking {
  readonly grade: string
  readonly words: Readonly<Record<Language, string>>
  readonly kept: Outcome
  readonly inside: Outcome
  readonly outside: Outcome
  readonly needsVerifiedTls: boolean
}

type Word = KeyOf<keyof (typeof composeWords)['en']>

/** What the account is offered; nothing where the server has no word for it. */
export function markingsOf(
  capability: Readonly<Record<string, unknown>> | undefined,
): readonly Marking[] {
  const { markings } = capability ?? {}
  // Our own server's; it says so by the capability.
  return Array.isArray(markings) ? (markings as readonly Marking[]) : []
}

/** The highest that stands in brackets in the subject. */
export function markingIn(subject: string, markings: readonly Marking[]): Marking | undefined {
  return markings.findLast((one) => bracketed(one).test(subject))
}

/** The subject with this marking before it, and no other of them; an answer's `Re:` stays in front of nothing. */
export function withMarking(
  subject: string,
  wanted: Marking | undefined,
  { markings, language }: { readonly markings: readonly Marking[]; readonly language: Language },
): string {
  const bare = markings.reduce((text, one) => text.replaceAll(bracketed(one, 'g'), ''), subject)
  return wanted === undefined ? bare.trimStart() : `[${wanted.words[language]}] ${bare.trimStart()}`
}

function bracketed({ words }: Marking, flags = ''): RegExp {
  const all = languages.map((each) => words[each].replaceAll(/[^\p{L} ]/gu, ''))
  return new RegExp(`[[【]\\s*(?:${all.join('|')})\\s*[\\]】]\\s*`, `${flags}iu`)
}

/** Nobody may write under it here: in clear it is neither kept nor sent. */
export function whyNever({ kept, inside }: Marking): Word | undefined {
  return reasonOf(inside) ?? reasonOf(kept)
}

/** Why a message so marked does not go to these; undefined: it does. */
export function whyNot(marking: Marking, goesOutside: boolean): Word | undefined {
  return whyNever(marking) ?? (goesOutside ? reasonOf(marking.outside) : undefined)
}

/** What becomes of it besides. */
export function noteOn(marking: Marking, goesOutside: boolean): Word | undefined {
  if ((goesOutside ? marking.outside : marking.inside) === 'held') return 'markingHeld'
  return goesOutside && marking.needsVerifiedTls ? 'markingTls' : undefined
}

function reasonOf(outcome: Outcome): Word | undefined {
  if (outcome === 'taken' || outcome === 'held') return undefined
  return reasons[outcome] ?? 'markingRefused'
}

const reasons: Readonly<Record<string, Word>> = {
  'grade-too-high': 'markingTooHigh',
  'grade-in-clear': 'markingInClear',
  'grade-outside': 'markingOutside',
}
