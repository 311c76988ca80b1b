/**
 * What the audit process answers, to whom. Nodes give entries and ask how far their chains are held;
 * auditors read the log and its names; nothing can be changed by anybody.
 */
import { z } from 'zod'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import type { LogStore } from '../../tlog/types.ts'
import { parseBatch } from '../batch.ts'
import type { BoxStore } from './box-store.ts'
import type { Cosigner } from './cosigner.ts'
import type { CredentialRole, Enrolled } from './enrolment.ts'
import type { Intake } from './intake.ts'
import { resolvedMax } from './limits.ts'
import type { OwnEntries } from './own/own-entries.ts'

export interface RouteParts {
  readonly log: LogStore
  readonly intake: Intake
  readonly boxes: BoxStore
  readonly cosigner: Cosigner
  readonly own: OwnEntries
  /** A node says that it is there though it has nothing to tell. */
  readonly onHeard: (node: string) => void
}

export interface Asked {
  readonly method: string
  /** Without the leading slash. */
  readonly path: string
  readonly body: Buffer
  readonly enrolled: Enrolled
  readonly remoteAddress: string | undefined
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

interface Route {
  readonly method: 'GET' | 'POST'
  readonly pattern: RegExp
  readonly roles: readonly CredentialRole[]
  /** Who asks is in the log before he is answered. */
  readonly isReading?: true
  readonly answer: (parts: RouteParts, asked: Asked, argument: string) => Promise<Answer>
}

const everybody = ['node', 'auditor', 'operator'] as const

const routes: readonly Route[] = [
  { method: 'POST', pattern: /^v1\/entries$/, roles: ['node'], answer: takeEntries },
  { method: 'GET', pattern: /^v1\/chains\/(.+)$/, roles: everybody, answer: sayChain },
  { method: 'GET', pattern: /^v1\/heartbeat\/(.+)$/, roles: ['node'], answer: hear },
  { method: 'GET', pattern: /^v1\/status$/, roles: everybody, answer: sayStatus },
  { method: 'GET', pattern: /^(checkpoint)$/, roles: everybody, answer: readLog },
  { method: 'GET', pattern: /^(tile\/.+)$/, roles: ['auditor'], isReading: true, answer: readLog },
  {
    method: 'GET',
    pattern: /^v1\/names\/([0-9a-f]{64})$/,
    roles: ['auditor'],
    isReading: true,
    answer: readBox,
  },
  { method: 'POST', pattern: /^v1\/resolutions$/, roles: ['auditor'], answer: noteResolution },
]

export async function answerRoute(parts: RouteParts, asked: Asked): Promise<Answer> {
  for (const { method, pattern, roles, isReading, answer } of routes) {
    const match = method === asked.method ? pattern.exec(asked.path) : null
    if (match === null) continue
    try {
      if (!roles.includes(asked.enrolled.role)) {
        const act = `audit.${asked.path.split('/', 2).join('.')}`
        await parts.own.refuses(asked.enrolled, act, asked.remoteAddress)
        return json(403, { code: 'not-permitted' })
      }
      if (isReading) await parts.own.reads(asked.enrolled)
      return await answer(parts, asked, match[1] ?? '')
    } catch (error) {
      if (!isRefusal(error)) throw error
      return json(statusOf(error), { code: error.code, facts: error.facts })
    }
  }
  return notFound()
}

async function takeEntries({ intake }: RouteParts, { body }: Asked): Promise<Answer> {
  const receipt = await intake.take(parseBatch(body))
  return json(receipt.refused === undefined ? 200 : 409, receipt)
}

/** How far a node's chain is held, and the proof that its last entry is under a cosigned checkpoint. */
async function sayChain(parts: RouteParts, _: Asked, node: string): Promise<Answer> {
  const { log, intake } = parts
  const tip = intake.tipOf(decodeURIComponent(node))
  const point = log.chains().get(decodeURIComponent(node))
  const size = parts.cosigner.publishedSize
  if (point === undefined || point.index >= size || log.published === undefined)
    return json(200, { tip })
  const { seq, mac, index } = point
  const proof = await log.inclusionProof(index, size)
  const leaf = await log.entry(index)
  return json(200, {
    tip,
    proven: {
      seq,
      mac,
      index,
      leaf: leaf.toString('base64'),
      proof: proof.map((hash) => hash.toString('base64')),
      checkpoint: log.published,
    },
  })
}

async function hear({ onHeard }: RouteParts, _: Asked, node: string): Promise<Answer> {
  onHeard(decodeURIComponent(node))
  return json(200, {})
}

async function sayStatus({ log, cosigner }: RouteParts): Promise<Answer> {
  const chains = [...log.chains()].map(([node, { seq, index }]) => ({ node, seq, index }))
  const { origin, size } = log
  return json(200, { origin, size, publishedSize: Math.max(0, cosigner.publishedSize), chains })
}

async function readLog({ log }: RouteParts, _: Asked, path: string): Promise<Answer> {
  const octets = await log.read(path)
  if (octets === undefined) return notFound()
  const contentType = path === 'checkpoint' ? 'text/plain' : 'application/octet-stream'
  return { status: 200, contentType, body: octets }
}

const resolutionSchema = z.strictObject({
  pseudonyms: z.array(z.string().min(1).max(64)).min(1).max(resolvedMax),
  ticket: z.string().min(1).max(200),
  approvedBy: z.string().min(1).max(200),
})

/** The names themselves are opened with the auditors' key, which is nowhere here. */
async function noteResolution({ own }: RouteParts, { body, enrolled }: Asked): Promise<Answer> {
  const parsed = resolutionSchema.safeParse(jsonOf(body))
  if (!parsed.success) throw new Refusal('invalid', { what: 'a resolution' })
  return json(200, { seq: await own.resolves(enrolled, parsed.data) })
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw new Refusal('invalid', { what: 'not JSON' }, { cause: error })
  }
}

async function readBox({ boxes }: RouteParts, _: Asked, hash: string): Promise<Answer> {
  const body = await boxes.find(hash)
  return body === undefined
    ? notFound()
    : { status: 200, contentType: 'application/octet-stream', body }
}

function statusOf({ code }: Refusal): number {
  if (code === 'too-large') return 413
  if (code === 'not-found') return 404
  return code === 'invalid' ? 400 : 503
}

function notFound(): Answer {
  return json(404, { code: 'not-found' })
}

function json(status: number, value: unknown): Answer {
  const body = Buffer.from(JSON.stringify(value))
  return { status, contentType: 'application/json', body }
}
