/** What the reference and the faults say about one key of the configuration. */
import { z } from 'zod'

export interface KeyDoc {
  readonly about: string
  /** Completes the sentence "allowed is …". */
  readonly allowed: string
  /** What holds when nobody says anything, in words where it is computed. */
  readonly initially: string
}

export const keyDocs = z.registry<KeyDoc>()

export function listFromCommas(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value
}
