/** Fields that several verbs take, as schemas with sentences a person can act on. */
import { z } from 'zod'
import type { Names } from '../directory/types.ts'

const textMax = 1_024

export function text(what: string) {
  return z.string(`${what} is missing.`).min(1, `${what} is missing.`).max(textMax)
}

export const address = (what = 'The address') => text(what)

export const namesFields = {
  name: text('The English name (--name)'),
  nameZh: z.string().max(textMax).default(''),
}

export function namesOf(input: { readonly name: string; readonly nameZh: string }): Names {
  return { en: input.name, zh: input.nameZh }
}

/** `2026-03-01` is its first moment in UTC; a time with its zone is itself. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'A date is written 2026-03-01, a time 2026-03-01T09:00:00+08:00.',
  })
  .transform((value) => Date.parse(value))

export const nothing = z.object({})
