/** The rights of a Mailbox as letters of RFC 4314, both ways. RFC 8621 §2. */
import { isObject, type Json } from '../core/json.ts'

/** `mayShare` is for who uses sharing (RFC 9670 §4). */
const lettersOf = {
  mayReadItems: 'lr',
  mayAddItems: 'i',
  mayRemoveItems: 'te',
  maySetSeen: 's',
  maySetKeywords: 'w',
  mayCreateChild: 'k',
  mayRename: 'x',
  mayDelete: 'x',
  maySubmit: 'p',
  mayShare: 'a',
} as const

export type MailboxRight = keyof typeof lettersOf
export type MailboxRights = Readonly<Record<MailboxRight, boolean>>

const names = Object.keys(lettersOf) as readonly MailboxRight[] // Its keys, as they stand above.

export function rightsOf(letters: string): MailboxRights {
  const has = (name: MailboxRight) => Array.from(lettersOf[name]).every((l) => letters.includes(l))
  return Object.fromEntries(names.map((name) => [name, has(name)])) as MailboxRights // Each of them.
}

/** Undefined: they are none. What is not named is not given; a name and its removal are one right. */
export function lettersIn(value: Json): string | undefined {
  if (!isObject(value)) return undefined
  const { mayRename = false, mayDelete = false } = value
  if (mayRename !== mayDelete) return undefined
  let letters = ''
  for (const [name, is] of Object.entries(value)) {
    if (!isRight(name) || typeof is !== 'boolean') return undefined
    if (is) letters += lettersOf[name]
  }
  return letters
}

function isRight(name: string): name is MailboxRight {
  return Object.hasOwn(lettersOf, name)
}
