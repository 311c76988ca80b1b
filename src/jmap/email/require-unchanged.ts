/** What cannot be changed of an Email may be said again as it is. RFC 8620 §5.3. */
import { isDeepStrictEqual } from 'node:util'
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { Arguments } from '../core/arguments.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { readEmails } from './get.ts'
import { emailAsked, isEmailProperty } from './present.ts'

/** @throws SetRefusal('invalidProperties' | 'notFound') */
export async function requireUnchanged(
  account: Account,
  reading: AccountReading,
  email: EmailFacts,
  given: JsonObject,
): Promise<void> {
  const properties = Object.keys(given)
  if (properties.length === 0) return
  const unknown = properties.filter((name) => !isEmailProperty(name))
  if (unknown.length > 0) throw invalidProperties(...unknown)
  // Whether a value is right says what stands there.
  await account.recordRead([email], reading)
  const asked = emailAsked(new Arguments({ properties }, () => undefined), [])
  const [found] = await readEmails(account, reading, [email], asked)
  if (found === undefined) throw new SetRefusal({ type: 'notFound' })
  const shown = JSON.parse(JSON.stringify(found))
  const wrong = properties.filter((name) => !isDeepStrictEqual(shown[name], given[name]))
  if (wrong.length > 0) throw invalidProperties(...wrong)
}
