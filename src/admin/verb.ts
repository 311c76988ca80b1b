/**
 * One act of the API as one value: method and path (RFC 9110), what the gate is asked, what it takes
 * and gives as schemas, and what it does. Routes, OpenAPI and tests are made from these values, so
 * that nothing is served without a schema and a question to the gate.
 */
import { z } from 'zod'
import type { Act } from '../access/types.ts'
import type { Tx } from '../db/types.ts'
import { pageInitially, pageMax } from './limits.ts'
import { askInstead } from './approval/ask-instead.ts'
import type { AdminPorts } from './ports.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What the gate is asked before anything else: may he this act somewhere, or one of these? Which it
 * is in the end, and whether he may it there, the writers ask in their transaction.
 */
export type Question = Act | readonly Act[] | 'signed-in' | 'anyone'

export interface Verb {
  /** `people.create`: unique; the operation's id in OpenAPI. */
  readonly id: string
  readonly method: Method
  /** Under `/admin/v1`; `{names}` are fields of the input. */
  readonly path: string
  readonly act: Question
  readonly summary: string
  /** Fields of the path; of the query for GET and DELETE; of the body otherwise. */
  readonly input: z.ZodObject
  readonly output: z.ZodType
  readonly example: unknown
  readonly status: 200 | 201
  /** Its answer is shown once and never kept. */
  readonly isSecret: boolean
  readonly bodyOctetsMax: number | undefined
  /** It takes long, and says how far it is to who asks. */
  readonly hasProgress: boolean
  /** The answer comes in pages, with a cursor. */
  readonly isPaged: boolean
  /** What a change is a change of: If-Match is asked for, and compared with this. RFC 9110 §13.1.1. */
  readonly current: ((ports: AdminPorts, input: unknown) => unknown) | undefined
  run(ports: AdminPorts, input: unknown): Promise<unknown>
}

interface Definition<S extends z.ZodObject, O extends z.ZodType> {
  readonly id: string
  readonly path: string
  readonly act: Question
  readonly summary: string
  readonly input: S
  readonly output: O
  readonly example: z.input<O>
  readonly run: (ports: AdminPorts, input: z.output<S>) => Promise<z.input<O>>
}

interface Change<S extends z.ZodObject, O extends z.ZodType> extends Definition<S, O> {
  readonly method?: Exclude<Method, 'GET'>
  readonly status?: 200 | 201
  readonly isSecret?: boolean
  readonly bodyOctetsMax?: number
  readonly hasProgress?: boolean
  readonly current?: (ports: AdminPorts, input: z.output<S>) => unknown
}

interface Listing<S extends z.ZodObject, I extends z.ZodType<{ readonly id: string }>> extends Omit<
  Definition<S, I>,
  'output' | 'run'
> {
  readonly item: I
  readonly run: (ports: AdminPorts, input: z.output<S>) => Promise<readonly z.input<I>[]>
}

export function reading<S extends z.ZodObject, O extends z.ZodType>(
  definition: Definition<S, O>,
): Verb {
  return { ...plain, ...definition, method: 'GET', ...untyped(definition) }
}

export function changing<S extends z.ZodObject, O extends z.ZodType>(
  definition: Change<S, O>,
): Verb {
  const { current } = definition
  return {
    ...plain,
    method: 'POST',
    ...definition,
    ...untyped(definition),
    // The server gives what `input` parsed: the schema's output.
    current: current && ((ports, input) => current(ports, input as z.output<S>)),
  }
}

/** All that there is, in any order; what is served is a page of it. */
export function listing<S extends z.ZodObject, I extends z.ZodType<{ readonly id: string }>>(
  definition: Listing<S, I>,
): Verb {
  const { input, item, example, run } = definition
  return {
    ...plain,
    ...definition,
    method: 'GET',
    isPaged: true,
    input: input.extend(pageFields).strict(),
    output: pageOf(item),
    example: { items: [example], next: null },
    // As above.
    run: (ports, value) => run(ports, value as z.output<S>),
  }
}

export const pageFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(pageMax, `At most ${pageMax} are given at once; the cursor gives the rest.`)
    .default(pageInitially),
  cursor: z.string().max(256).optional(),
}

/** `next` is null on the last page. */
export function pageOf<I extends z.ZodType>(item: I) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() })
}

/**
 * One transaction; the caller reads his own writing afterwards. What needs a second person is asked
 * for when he said why; Refusal('needs-approval') then says what it waits for.
 */
export async function write<T>(ports: AdminPorts, work: (tx: Tx) => Promise<T>): Promise<T> {
  const run = () =>
    ports.database.transaction(async (tx) => {
      await ports.beforeWriting(tx)
      return work(tx)
    })
  const result = await run().catch(async (error: unknown) => {
    await askInstead(ports, work, error)
    // The consent was there beforehand.
    return run()
  })
  await ports.refresh()
  return result
}

const plain = {
  status: 200,
  isSecret: false,
  bodyOctetsMax: undefined,
  hasProgress: false,
  isPaged: false,
  current: undefined,
} as const

function untyped<S extends z.ZodObject, O extends z.ZodType>({
  input,
  run,
}: Definition<S, O>): Pick<Verb, 'input' | 'run'> {
  // Strict: a field that nobody reads is a mistake of the caller, better told than passed over.
  return { input: input.strict(), run: (ports, value) => run(ports, value as z.output<S>) }
}
