/**
 * `verify-audit <export folder> --key <vkey>`: proves what an auditor took away, from public keys alone.
 * Stands by itself: imports `base` and `tlog` and nothing else, so that it can be read whole. Runs as
 * `node src/cli/verify-audit.ts` and as `tamar verify-audit`. Architecture D11.
 */
import { readFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { secondMs, systemClock } from '../base/clock.ts'
import type { Clock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { parseVerifier } from '../tlog/note-key.ts'
import { LogFault } from '../tlog/types.ts'
import type { NoteVerifier } from '../tlog/types.ts'
import { formatReport } from '../tlog/verify/format-report.ts'
import { splitHeads } from '../tlog/verify/heads.ts'
import { readFolder } from '../tlog/verify/read-export.ts'
import { verifyExport } from '../tlog/verify/verify-export.ts'

export interface VerifyAuditRequest {
  readonly folder: string
  /** The log's public key, as text or in a file. */
  readonly key: string
  readonly witnesses: readonly string[]
  /** How many of them must have signed; all, when it is not said. */
  readonly quorum: string | undefined
  /** Files of checkpoints that were kept elsewhere. */
  readonly heads: readonly string[]
  readonly isJson: boolean
}

export interface VerifyAuditStreams {
  readonly output: Writable
  readonly errors: Writable
  readonly isWatched: boolean
  readonly clock: Clock
}

/** For scripts, and the same under both names. */
export const verifyAuditCodes = { proven: 0, broken: 1, unreadable: 2 } as const

/** @returns one of the codes; everything has been said. */
export async function verifyAudit(
  request: VerifyAuditRequest,
  streams: VerifyAuditStreams,
): Promise<number> {
  const progress = createProgress(streams)
  try {
    const report = await verifyExport({
      read: readFolder(request.folder),
      log: await readKey(request.key, 'log'),
      witnesses: await Promise.all(request.witnesses.map((text) => readKey(text, 'witness'))),
      ...readQuorum(request),
      heads: (await Promise.all(request.heads.map(readHeads))).flat(),
      onProgress: (done, total) => progress.at(done, total),
    })
    progress.end()
    const lines = request.isJson ? [JSON.stringify(report)] : formatReport(report)
    streams.output.write(`${lines.join('\n')}\n`)
    return report.isProven ? verifyAuditCodes.proven : verifyAuditCodes.broken
  } catch (error) {
    progress.end()
    const sentence = sentenceOf(error)
    if (sentence === undefined) throw error
    streams.errors.write(`verify-audit: ${sentence}\n`)
    return verifyAuditCodes.unreadable
  }
}

/** Undefined: a fault of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof LogFault) return error.message
  if (isRefusal(error, 'invalid')) return String(error.facts['what'])
  if (error instanceof Error && 'code' in error && 'syscall' in error) return error.message
  return undefined
}

async function readKey(given: string, kind: NoteVerifier['kind']): Promise<NoteVerifier> {
  const text = given.includes('+') ? given : (await readFile(given, 'utf8')).trim()
  const verifier = parseVerifier(text)
  if (verifier.kind === kind) return verifier
  throw new LogFault(`${text} is the key of a ${verifier.kind}, not of a ${kind}.`)
}

function readQuorum({ quorum, witnesses }: VerifyAuditRequest): { readonly quorum?: number } {
  if (quorum === undefined) return {}
  const number = Number(quorum)
  if (/^\d+$/.test(quorum) && number <= witnesses.length) return { quorum: number }
  throw new LogFault(`--quorum must be a number up to ${witnesses.length}, of --witness keys.`)
}

async function readHeads(path: string): Promise<readonly string[]> {
  const notes = splitHeads(await readFile(path, 'utf8'))
  if (notes.length > 0) return notes
  throw new LogFault(`There is no checkpoint in ${path}.`)
}

const quietMs = 2 * secondMs
const barEveryMs = 100
const lineEveryMs = 10 * secondMs

/** Nothing for what is quick; then a line that a person sees move, or one now and then in a log. */
function createProgress({ errors, isWatched, clock }: VerifyAuditStreams) {
  const startedAt = clock.now()
  let shownAt = startedAt
  return {
    at(done: number, total: number): void {
      const now = clock.now()
      if (now - startedAt < quietMs || now - shownAt < (isWatched ? barEveryMs : lineEveryMs))
        return
      shownAt = now
      const text = `${done} of ${total} entries verified`
      errors.write(isWatched ? `\r\x1b[K${text}` : `${text}\n`)
    },
    end(): void {
      if (isWatched && shownAt !== startedAt) errors.write('\r\x1b[K')
    },
  }
}

const usage = `verify-audit <export folder> --key <vkey> [--witness <vkey> ...] [--quorum <n>]
             [--heads <file> ...] [--json]

Proves an exported audit log from public keys alone. A key is given as text (name+id+base64)
or as a file. --heads: checkpoints that were kept elsewhere, which the log must continue.
Ends with 0: proven; 1: broken; 2: cannot be read.
`

async function runAlone(args: readonly string[], streams: VerifyAuditStreams): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      witness: { type: 'string', multiple: true, default: [] },
      quorum: { type: 'string' },
      heads: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  })
  const [folder, ...others] = positionals
  const { key, witness: witnesses, quorum, heads, json: isJson } = values
  if (folder === undefined || key === undefined || others.length > 0) {
    streams.errors.write(usage)
    return verifyAuditCodes.unreadable
  }
  return verifyAudit({ folder, key, witnesses, quorum, heads, isJson }, streams)
}

if (import.meta.main) {
  const { stdout: output, stderr: errors } = process
  const streams = { output, errors, isWatched: errors.isTTY, clock: systemClock }
  process.exitCode = await runAlone(process.argv.slice(2), streams).catch((error: unknown) => {
    errors.write(
      `verify-audit: ${error instanceof Error ? error.message : String(error)}\n${usage}`,
    )
    return verifyAuditCodes.unreadable
  })
}
