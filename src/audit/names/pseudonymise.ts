/**
 * The form in which an entry leaves the platform: persons, accounts, addresses and what people wrote
 * are keyed pseudonyms. What a pseudonym stands for goes beside, sealed to the auditors.
 */
import type { HashingSealer } from '../../keys/types.ts'
import type { LeafFields, LeafValue } from '../../tlog/types.ts'
import { entryVersion } from '../events.ts'
import type { AuditEntry } from '../events.ts'
import { fieldClasses } from './field-classes.ts'
import type { EntryField, FieldClass } from './field-classes.ts'
import { formatNumbers } from './format-numbers.ts'

type Hidden = Exclude<FieldClass, 'plain' | 'uids'>

/** What an auditor learns about one pseudonym. */
export interface Name {
  readonly pseudonym: string
  readonly class: Hidden
  readonly value: string
}

export interface Pseudonymised {
  readonly fields: LeafFields
  /** One for every pseudonym in the fields; the shipper sends on what is new. */
  readonly names: readonly Name[]
}

/** 128 bits of the MAC: no two names meet, and entries stay short. */
const pseudonymOctets = 16

export function pseudonymise(keys: Pick<HashingSealer, 'hash'>, entry: AuditEntry): Pseudonymised {
  const names: Name[] = []
  const hide = (hidden: Hidden, value: string): string => {
    const pseudonym = pseudonymOf(keys, hidden, value)
    names.push({ pseudonym, class: hidden, value })
    return pseudonym
  }
  const fields: Record<string, LeafValue> = { version: entryVersion }
  for (const [name, value] of Object.entries(entry)) {
    if (value === undefined) continue
    // Object.entries forgets that the names are the entry's.
    const fieldClass = fieldClasses[name as EntryField]
    fields[name] = shown(fieldClass, value, hide)
  }
  return { fields, names }
}

/** The same value has the same pseudonym in every entry, and nobody outside can compute it. */
export function pseudonymOf(
  keys: Pick<HashingSealer, 'hash'>,
  hidden: Hidden,
  value: string,
): string {
  const mac = keys.hash('audit.pseudonym', `${hidden}:${value}`)
  return `~${mac.toString('base64url', 0, pseudonymOctets)}`
}

function shown(
  fieldClass: FieldClass,
  value: Extract<LeafValue, string | number | boolean> | readonly (string | number)[],
  hide: (hidden: Hidden, value: string) => string,
): LeafValue {
  if (fieldClass === 'plain') return value
  if (fieldClass === 'uids') return formatNumbers(Array.isArray(value) ? value : [])
  const form = fieldClass === 'address' ? lower : String
  return Array.isArray(value)
    ? value.map((each) => hide(fieldClass, form(each)))
    : hide(fieldClass, form(value))
}

function lower(value: unknown): string {
  return String(value).toLowerCase()
}
