/** Tells a database that is out of reach, which passes, from a statement that is wrong. */
import { DatabaseError } from 'pg'
import { Refusal } from '../base/refusal.ts'

/** SQLSTATE classes and codes that mean "later": connection, resources, shutdown, conflicts. */
const passing = /^(?:08|40|53|57P|25006|55P03|58030)/

/** What the driver throws when a socket breaks, which carries no SQLSTATE. */
const brokenSocket = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
])

/** A passing fault as Refusal('try-again'), anything else as it came. */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error
  if (!isPassing(error)) return error
  return new Refusal('try-again', { what: 'database', code: codeOf(error) }, { cause: error })
}

function isPassing(error: Error): boolean {
  if (error instanceof DatabaseError) return passing.test(error.code ?? '')
  const code = codeOf(error)
  if (code !== '') return brokenSocket.has(code)
  // node-postgres has no code for these; they are all "the connection is gone".
  return /connection|timeout exceeded|client was closed|not queryable/i.test(error.message)
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** SQLSTATE of a constraint violation, with the constraint's name; undefined for all else. */
export function violated(error: unknown): { code: string; constraint: string } | undefined {
  if (!(error instanceof DatabaseError) || !error.code?.startsWith('23')) return undefined
  return { code: error.code, constraint: error.constraint ?? '' }
}
