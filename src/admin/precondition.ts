/**
 * If-Match (RFC 9110 §13.1.1, RFC 6585 §3): a change says what it is a change of. It is compared once
 * more in the transaction, when no other writer of the directory can come between.
 */
import type { FastifyRequest } from 'fastify'
import type { Tx } from '../db/types.ts'
import { lockDirectory } from '../directory/write/lock-directory.ts'
import { CallFault } from './call-fault.ts'
import { etagOf, isMatch } from './etag.ts'
import type { AdminPorts } from './ports.ts'
import type { Verb } from './verb.ts'

export interface Conditional {
  readonly verb: Verb
  readonly ports: AdminPorts
  readonly input: unknown
  readonly request: FastifyRequest
  readonly checks: ((tx: Tx) => Promise<void>)[]
  readonly refresh: () => Promise<void>
}

/** CallFault('changed' | 'condition-missing'), and what `current` throws. */
export async function requireUnchanged(conditional: Conditional): Promise<void> {
  const { verb, ports, input, request, checks, refresh } = conditional
  const { current } = verb
  if (current === undefined) return
  const before: unknown = await current(ports, input)
  const field = request.headers['if-match']
  if (field === undefined) throw new CallFault('condition-missing')
  if (field.trim() === '*') return
  compare(field, before)
  checks.push(async (tx) => {
    await lockDirectory(tx, ports.writing)
    await refresh()
    compare(field, await current(ports, input))
  })
}

function compare(field: string, representation: unknown): void {
  if (!isMatch(field, etagOf(representation))) throw new CallFault('changed')
}
