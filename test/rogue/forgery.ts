/** One way in that the rogue tries by writing to the database. */
import type { Cast } from './cast.ts'
import type { Superuser } from './superuser.ts'

/** What the rogue knows of whom: ids are in clear. */
export interface Known {
  readonly cast: Cast
  readonly rogue: Party
  readonly victim: Party
  /** Rows as they were while he acted in the victim's post. */
  readonly remembered: Remembered
}

export interface Party {
  readonly personId: string
  readonly accountId: string
  readonly departmentId: string
}

export interface Remembered {
  readonly holder: Readonly<Record<string, unknown>>
}

export interface Forgery {
  /** What he tries, as a sentence. */
  readonly title: string
  /** His own account is spoilt by it: that he cannot look afterwards is no fault of the test. */
  readonly spoilsHisOwn?: boolean
  /** @returns how many rows he wrote: none would be no trial. */
  forge(database: Superuser, known: Known): Promise<number>
}
