/** Every DKIM signature of a message judged. RFC 6376 §6, RFC 8301, RFC 8463. */
import { domainOfAuthor } from './author.ts'
import type { Judging } from './authenticate.ts'
import type { ArcData, DkimRow } from './library.ts'
import { rsaBitsMin } from './limits.ts'
import type { AuthenticationQuestion, DkimResult, DkimVerdict } from './types.ts'

export interface Signed {
  readonly dkim: readonly DkimVerdict[]
  /** As the library reads From. */
  readonly authors: readonly string[]
  readonly fromFields: number
  readonly authorDomains: readonly string[]
  readonly arc: ArcData
}

export async function judgeDkim(
  { library, resolve }: Judging,
  { message, at }: AuthenticationQuestion,
): Promise<Signed> {
  const { results, headerFrom, fromFields, arc } = await library.dkimVerify(message, {
    resolver: resolve,
    strict: true,
    minBitLength: rsaBitsMin,
    curTime: new Date(at),
  })
  return {
    dkim: results.filter(({ signingDomain }) => signingDomain !== undefined).map(verdictOf),
    authors: headerFrom,
    fromFields,
    authorDomains: [...new Set(headerFrom.map(domainOfAuthor))],
    arc,
  }
}

/**
 * A signature over a part of the body (l=) lets anybody add to it, so it counts for nothing here
 * (RFC 6376 §8.2).
 */
function verdictOf({ signingDomain, selector, algo, signature, status }: DkimRow): DkimVerdict {
  const isPartial = (status.underSized ?? 0) > 0
  return {
    result: isPartial ? 'policy' : (dkimResults.get(status.result) ?? 'neutral'),
    domain: signingDomain.toLowerCase(),
    selector: selector ?? '',
    algorithm: algo ?? '',
    signature: (signature ?? '').slice(0, signatureChars),
    comment: isPartial
      ? 'part of the body is not signed'
      : typeof status.comment === 'string'
        ? status.comment
        : undefined,
  }
}

/** RFC 6008 §4 wants eight at least. */
const signatureChars = 8

const dkimResults: ReadonlyMap<string, DkimResult> = new Map(
  (['pass', 'fail', 'neutral', 'policy', 'none', 'temperror', 'permerror'] as const).map(
    (result) => [result, result],
  ),
)
