/** What is answered while one is away. RFC 8621 §8 */
import { dayField, endOfDay, startOfDay } from '../../../kit/dates.ts'
import type { AccountStore } from '../../../kit/jmap/account-store.ts'
import { MethodError, RequestError } from '../../../kit/jmap/transport.ts'
import { Value } from '../../../kit/observable.ts'
import type { GetResponse, SetResponse } from '../../../kit/jmap/types.ts'

/** As the form has it: days, and text. */
export interface Away {
  readonly isOn: boolean
  /** Empty: from now on. */
  readonly firstDay: string
  /** Empty: until it is turned off. */
  readonly lastDay: string
  readonly subject: string
  readonly text: string
}

export type AwayFault = 'unreachable' | 'refused' | 'wrongOrder'
export type Shown = Away | 'reading' | AwayFault

interface VacationResponse {
  readonly isEnabled: boolean
  readonly fromDate: string | null
  readonly toDate: string | null
  readonly subject: string | null
  readonly textBody: string | null
}

export class AwayModel {
  readonly now = new Value<Shown>('reading')
  readonly #store: AccountStore

  constructor(store: AccountStore) {
    this.#store = store
  }

  async read(): Promise<void> {
    try {
      const { list } = await this.#store.call<GetResponse<VacationResponse>>(
        'VacationResponse/get',
        { ids: null },
      )
      const [found] = list
      this.now.set(found === undefined ? 'unreachable' : awayOf(found))
    } catch (error) {
      this.now.set(faultOf(error))
    }
  }

  /** @returns undefined when it is kept. */
  async save(away: Away): Promise<AwayFault | undefined> {
    if (away.firstDay !== '' && away.lastDay !== '' && away.lastDay < away.firstDay)
      return 'wrongOrder'
    const update = { singleton: patchOf(away) }
    try {
      const { notUpdated } = await this.#store.call<SetResponse>('VacationResponse/set', { update })
      if (notUpdated !== null && Object.keys(notUpdated ?? {}).length > 0) return 'refused'
    } catch (error) {
      return faultOf(error)
    }
    this.now.set(away)
    return undefined
  }
}

function awayOf({ isEnabled, fromDate, toDate, subject, textBody }: VacationResponse): Away {
  const dayOf = (date: string | null) => (date === null ? '' : dayField(Date.parse(date)))
  return {
    isOn: isEnabled,
    firstDay: dayOf(fromDate),
    lastDay: dayOf(toDate),
    subject: subject ?? '',
    text: textBody ?? '',
  }
}

/** What another program wrote as HTML is replaced by the words typed here. */
function patchOf({ isOn, firstDay, lastDay, subject, text }: Away): object {
  const dateOf = (at: number | undefined) =>
    at === undefined ? null : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    isEnabled: isOn,
    fromDate: firstDay === '' ? null : dateOf(startOfDay(firstDay)),
    toDate: lastDay === '' ? null : dateOf(endOfDay(lastDay)),
    subject: subject.trim() === '' ? null : subject.trim(),
    textBody: text.trim() === '' ? null : text,
    htmlBody: null,
  }
}

function faultOf(error: unknown): AwayFault {
  if (error instanceof MethodError) return 'refused'
  if (error instanceof RequestError) return 'unreachable'
  throw error
}
