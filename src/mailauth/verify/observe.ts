/** What a domain is told of a message that was judged by its DMARC record. Pure. RFC 9990, RFC 7489 §7.2. */
import { z } from 'zod'
import type { Authentication } from './types.ts'

const policy = z.enum(['none', 'quarantine', 'reject'])
const mode = z.enum(['r', 's'])
const passed = z.enum(['pass', 'fail'])

/** Stored sealed: add optional fields, never rename or remove. */
export const observationSchema = z.strictObject({
  published: z.strictObject({
    p: policy,
    sp: policy,
    np: policy.optional(),
    adkim: mode,
    aspf: mode,
    isTesting: z.boolean(),
  }),
  /** Of the peer: a server's address. */
  address: z.string(),
  disposition: policy,
  /** Why it is not what the record asked for. */
  override: z.enum(['local_policy', 'trusted_forwarder']).optional(),
  /** Whether the way aligned that the author's domain stands behind. */
  dkim: passed,
  spf: passed,
  headerFrom: z.string(),
  envelopeFrom: z.string(),
  signatures: z.array(
    z.strictObject({ domain: z.string(), selector: z.string(), result: z.string() }),
  ),
  spfDomain: z.string(),
  spfScope: z.enum(['mfrom', 'helo']),
  spfResult: z.string(),
})

export type DmarcObservation = z.infer<typeof observationSchema>

export interface Observed {
  /** Where the record stands: who is told. */
  readonly domain: string
  readonly observation: DmarcObservation
}

export interface Handled {
  readonly remoteAddress: string
  readonly reversePath: string
  /** What became of the message. */
  readonly disposition: DmarcObservation['disposition']
}

/** As many as a report needs to tell who signed. */
const signaturesTold = 4

/** Undefined: no record was found, or what it means could not be told now. */
export function observe(
  { spf, dkim, dmarc, arc }: Authentication,
  { remoteAddress, reversePath, disposition }: Handled,
): Observed | undefined {
  const { published, policy: wanted, result } = dmarc
  if (published === undefined || (result !== 'pass' && result !== 'fail')) return undefined
  const { domain, alignedDkim, alignedSpf, ...said } = published
  const isOverridden = result === 'fail' && disposition !== wanted
  const override = arc.vouches ? 'trusted_forwarder' : 'local_policy'
  return {
    domain,
    observation: {
      published: said,
      address: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''),
      disposition,
      ...(isOverridden && { override }),
      dkim: alignedDkim ? 'pass' : 'fail',
      spf: alignedSpf ? 'pass' : 'fail',
      headerFrom: dmarc.domain,
      envelopeFrom: reversePath.slice(reversePath.lastIndexOf('@') + 1).toLowerCase(),
      signatures: dkim
        .slice(0, signaturesTold)
        .map((one) => ({ domain: one.domain, selector: one.selector, result: one.result })),
      spfDomain: spf.domain,
      spfScope: spf.identity === 'helo' ? 'helo' : 'mfrom',
      spfResult: spf.result,
    },
  }
}
