/**
 * What is done to one account, by its owner or in somebody's care: the account is named by an address, an
 * id, or `me`, and what was done is answered with nothing. Filters, redirects and delegations have this
 * shape.
 */
import type { z } from 'zod'
import type { AccountId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import { done, ref } from './fields.ts'
import { ownOrInCare } from './find.ts'
import type { AdminPorts } from './ports.ts'
import { changing, type Method, type Question, type Verb, write } from './verb.ts'

export const account = ref('The account')

interface AccountChange<F extends z.ZodObject> {
  readonly id: string
  readonly method?: Exclude<Method, 'GET'>
  /** Under `/accounts/{account}/`. */
  readonly path: string
  readonly act: Question
  readonly summary: string
  readonly bodyOctetsMax?: number
  /** Besides the account. */
  readonly fields: F
  /** What cannot be known without the directory is looked up before the transaction. */
  readonly change: (
    ports: AdminPorts,
    accountId: AccountId,
    input: z.output<F>,
  ) => (tx: Tx) => Promise<unknown>
}

export function changingAccount<F extends z.ZodObject>(definition: AccountChange<F>): Verb {
  const { fields, change, path, ...rest } = definition
  return changing({
    ...rest,
    path: `/accounts/{account}/${path}`,
    input: fields.extend({ account }),
    output: done,
    example: {},
    run: async (ports, { account: wanted, ...input }) => {
      const { accountId } = ownOrInCare(ports, String(wanted))
      // What is left of the schema's output without the account is the fields'.
      await write(ports, change(ports, accountId, input as z.output<F>))
      return {}
    },
  })
}
