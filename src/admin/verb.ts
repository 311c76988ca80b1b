/**
 * One act of the API: its path, what it takes, what the gate is asked, and what it does. `GET` verbs
 * read, `POST` verbs change. The path is `/v1/<noun>/<verb>`.
 */
import type { z } from 'zod'
import type { Act } from '../access/types.ts'
import type { Tx } from '../db/types.ts'
import type { AdminPorts } from './ports.ts'

export interface Verb {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly act: Act
  readonly input: z.ZodType
  run(ports: AdminPorts, input: unknown): Promise<unknown>
}

interface Definition<S extends z.ZodType, O> {
  /** `department/create` */
  readonly path: string
  readonly act: Act
  readonly input: S
  readonly run: (ports: AdminPorts, input: z.output<S>) => Promise<O>
}

export function reading<S extends z.ZodType, O>(definition: Definition<S, O>): Verb {
  return defineVerb('GET', definition)
}

export function changing<S extends z.ZodType, O>(definition: Definition<S, O>): Verb {
  return defineVerb('POST', definition)
}

/** One transaction; the caller reads his own writing afterwards. */
export async function write<T>(ports: AdminPorts, work: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await ports.database.transaction(work)
  await ports.refresh()
  return result
}

function defineVerb<S extends z.ZodType, O>(
  method: Verb['method'],
  { path, act, input, run }: Definition<S, O>,
): Verb {
  return {
    path: `/v1/${path}`,
    method,
    act,
    input,
    // The server gives what `input` parsed: the schema's output.
    run: (ports, value) => run(ports, value as z.output<S>),
  }
}
