/** What is known of who wrote a message, as the policy asks it. */
import { findLookAlike } from '../../address/look-alike.ts'
import type { Authentication } from '../../mailauth/verify/types.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import type { Facts } from '../../policy/types.ts'
import { domainOf } from '../address.ts'
import type { MessageFacts } from '../facts.ts'
import type { DirectoryPort } from '../ports.ts'
import type { Envelope } from '../types.ts'

export interface SenderQuestion {
  readonly envelope: Pick<Envelope, 'reversePath'>
  readonly facts: MessageFacts
  /** Undefined: the peer is trusted, and its word is taken. */
  readonly authentication: Authentication | undefined
}

export function gatherSender(
  directory: DirectoryPort,
  { envelope, facts, authentication }: SenderQuestion,
): Partial<Facts> {
  const authors = authorsOf(facts)
  // Two readings of From, the library's and ours: what either of them sees counts.
  const domains = new Set([
    ...authors.map(({ domain }) => domain),
    ...(authentication?.authorDomains ?? []),
  ])
  const isOurs = (domain: string) => domain !== '' && directory.isInternalDomain(domain)
  const isAuthorOurs = [...domains].some(isOurs)
  const names = authors.map(({ name }) => name)
  return {
    ...(authentication === undefined ? {} : authenticationFacts(authentication)),
    isAuthorOurs,
    isReversePathOurs: isOurs(domainOf(envelope.reversePath)),
    isLookAlike: isLookAlike(directory, [...domains], names),
    isNameOurs: !isAuthorOurs && names.some((name) => namesOurs(directory, name)),
  }
}

function authenticationFacts(found: Authentication): Partial<Facts> {
  const { spf, dkim, dmarc, arc, iprev, authorDomains } = found
  return {
    spf: spf.result,
    dmarc: dmarc.result,
    dmarcPolicy: dmarc.policy,
    isVouched: arc.vouches,
    iprev: iprev.result,
    // Without a DMARC record alignment is ours to see: the author's domain, or one above it.
    isAuthorSigned:
      authorDomains.length > 0 &&
      authorDomains.every((author) =>
        dkim.some(
          ({ result, domain }) =>
            result === 'pass' &&
            (author === domain || author.endsWith(`.${domain}`)) &&
            domain.includes('.'),
        ),
      ),
  }
}

interface Author {
  readonly name: string
  readonly domain: string
}

function authorsOf({ octets, fields }: MessageFacts): readonly Author[] {
  return fields
    .filter(({ lowerName }) => lowerName === 'from')
    .flatMap((field) => parseMailboxes(unfoldedValue(octets, field)))
    .flatMap(({ name, host }) =>
      host === undefined ? [] : [{ name: decodeWords(name ?? ''), domain: domainKey(host) }],
    )
}

function domainKey(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}

function isLookAlike(
  directory: DirectoryPort,
  domains: readonly string[],
  names: readonly string[],
): boolean {
  const ours = directory.departments().flatMap((department) => department.domains)
  return [...domains, ...names.flatMap(domainsIn)].some(
    (domain) => !directory.isInternalDomain(domain) && findLookAlike(domain, ours) !== undefined,
  )
}

/** `"amy@td.example" <x@elsewhere>`: the name pretends to be an address. */
function namesOurs(directory: DirectoryPort, name: string): boolean {
  return domainsIn(name).some((domain) => directory.isInternalDomain(domain))
}

function domainsIn(name: string): readonly string[] {
  return Array.from(name.matchAll(/@([\p{L}\p{N}.-]{1,253})/gu), ([, domain = '']) =>
    domainKey(domain),
  )
}
