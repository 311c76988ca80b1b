/** What every part of the hierarchy stands on. */
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Masters } from './masters.ts'
import type { Suites } from './suites.ts'

export interface Ground {
  readonly database: Database
  readonly clock: Clock
  readonly masters: Masters
  readonly suites: Suites
}
