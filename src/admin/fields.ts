/** Fields that several verbs take, as schemas with sentences a person can act on. */
import { z } from 'zod'
import type { Names } from '../directory/types.ts'

const textMax = 1_024

export function text(what: string) {
  return z.string(`${what} is missing.`).min(1, `${what} is missing.`).max(textMax)
}

export const address = (what = 'The address') => text(what)

/** In a path: an id, or what people call it. */
export const ref = (what: string) => text(what)

export const id = z.uuid()
export const millis = z.int().describe('Milliseconds since 1970-01-01T00:00Z.')
/** What there is until further notice has no end. */
export const millisOrNull = z.int().nullable()
export const done = z.strictObject({})
export const madeId = z.strictObject({ id })
export const exampleId = '0197f3a0-5b1c-7c2d-8e4f-123456789abc'

export const namesFields = {
  name: text('The English name (--name)'),
  nameZh: z.string().max(textMax).default(''),
}

/** The same where what is left out stays as it is. */
export const changedNames = {
  name: text('The English name (--name)').optional(),
  nameZh: z.string().max(textMax).optional(),
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
