/** The argument of MAIL as a value. */
import { type DeliverByWish, parseDeliverBy, parseHoldFor, parseHoldUntil } from './times.ts'
import { decodeXtext } from './xtext.ts'
import { type Parameters, type PathFault, checkPath, parsePathArgument } from './path.ts'

export interface MailArguments {
  /** Empty for the null reverse-path. */
  readonly reversePath: string
  /** RFC 1870 §6. */
  readonly octetsDeclared: number | undefined
  /** RFC 6152 §3. */
  readonly body: '7bit' | '8bitmime' | undefined
  /** RFC 6531 §3.4. */
  readonly isSmtpUtf8: boolean
  /** RFC 3461 §4.3. */
  readonly ret: 'full' | 'headers' | undefined
  /** RFC 3461 §4.4, decoded. */
  readonly envelopeId: string | undefined
  /** RFC 8689 §2. */
  readonly requiresTls: boolean
  /** RFC 4954 §5, decoded; empty for `<>`. Believed by nobody. */
  readonly submitter: string | undefined
  /** RFC 4865 §4: so many seconds, or until a date. */
  readonly hold: { readonly seconds: number } | { readonly until: number } | undefined
  /** RFC 2852 §4. */
  readonly deliverBy: DeliverByWish | undefined
  /** RFC 6710 §4: -9 to 9. */
  readonly priority: number | undefined
}

/** Extensions that are only there at times. */
export interface MailExtensions {
  readonly hasRequireTls: boolean
  /** FUTURERELEASE and MT-PRIORITY are for who is signed in (RFC 4865 §3, RFC 6710 §4.1). */
  readonly isSubmission: boolean
}

/** RFC 3461 §4.4 */
const envelopeIdOctetsMax = 100

const keywords = new Set(['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID', 'AUTH', 'BY'])
const submissionKeywords = new Set(['HOLDFOR', 'HOLDUNTIL', 'MT-PRIORITY'])

export function parseMailArguments(
  argument: string,
  extensions: MailExtensions,
): MailArguments | PathFault {
  const parsed = parsePathArgument(argument, 'FROM:')
  if (typeof parsed === 'string') return parsed
  const { path, parameters } = parsed
  const fault = findFault(parameters, extensions)
  if (fault !== undefined) return fault
  const isSmtpUtf8 = parameters.has('SMTPUTF8')
  const pathFault = checkPath(path, isSmtpUtf8)
  if (pathFault !== undefined) return pathFault
  const size = parameters.get('SIZE')
  const envelopeId = parameters.get('ENVID')
  const submitter = parameters.get('AUTH')
  return {
    reversePath: path,
    octetsDeclared: size === undefined ? undefined : Number(size),
    body: bodies.get(parameters.get('BODY')?.toUpperCase() ?? ''),
    isSmtpUtf8,
    ret: rets.get(parameters.get('RET')?.toUpperCase() ?? ''),
    envelopeId: envelopeId === undefined ? undefined : decodeXtext(envelopeId),
    requiresTls: parameters.has('REQUIRETLS'),
    submitter: submitter === '<>' ? '' : decodeXtext(submitter ?? '') || undefined,
    hold: holdOf(parameters),
    deliverBy: parseDeliverBy(parameters.get('BY') ?? ''),
    priority: parameters.has('MT-PRIORITY') ? Number(parameters.get('MT-PRIORITY')) : undefined,
  }
}

const bodies: ReadonlyMap<string, '7bit' | '8bitmime'> = new Map([
  ['7BIT', '7bit'],
  ['8BITMIME', '8bitmime'],
])
const rets: ReadonlyMap<string, 'full' | 'headers'> = new Map([
  ['FULL', 'full'],
  ['HDRS', 'headers'],
])

function holdOf(parameters: Parameters): MailArguments['hold'] {
  const seconds = parseHoldFor(parameters.get('HOLDFOR') ?? '')
  if (seconds !== undefined) return { seconds }
  const until = parseHoldUntil(parameters.get('HOLDUNTIL') ?? '')
  return until === undefined ? undefined : { until }
}

function findFault(parameters: Parameters, extensions: MailExtensions): PathFault | undefined {
  for (const [keyword, value] of parameters) {
    if (!isOffered(keyword, extensions)) return 'unknown-parameter'
    if (!isGoodValue(keyword, value)) return 'bad-parameter'
  }
  // RFC 4865 §4: one of the two.
  return parameters.has('HOLDFOR') && parameters.has('HOLDUNTIL') ? 'bad-parameter' : undefined
}

function isOffered(keyword: string, { hasRequireTls, isSubmission }: MailExtensions): boolean {
  if (keyword === 'REQUIRETLS') return hasRequireTls
  return keywords.has(keyword) || (isSubmission && submissionKeywords.has(keyword))
}

function isGoodValue(keyword: string, value: string | undefined): boolean {
  if (keyword === 'SMTPUTF8' || keyword === 'REQUIRETLS') return value === undefined
  if (value === undefined) return false
  switch (keyword) {
    case 'SIZE':
      return /^\d{1,20}$/.test(value)
    case 'BODY':
      return bodies.has(value.toUpperCase())
    case 'RET':
      return rets.has(value.toUpperCase())
    case 'ENVID':
      return value.length <= envelopeIdOctetsMax && decodeXtext(value) !== undefined
    case 'HOLDFOR':
      return parseHoldFor(value) !== undefined
    case 'HOLDUNTIL':
      return parseHoldUntil(value) !== undefined
    case 'MT-PRIORITY':
      return /^(?:\d|-[1-9])$/.test(value)
    case 'BY':
      return parseDeliverBy(value) !== undefined
    default:
      return value === '<>' || decodeXtext(value) !== undefined
  }
}
