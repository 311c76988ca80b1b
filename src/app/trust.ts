/** Plugs in what judges mail. */
import type { Audit } from '../audit/types.ts'
import { secondMs, type Clock } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import type { Database } from '../db/types.ts'
import { createRecordResolver } from '../dns/record-resolver.ts'
import { createBlockLists } from '../delivery/judge/block-lists.ts'
import { Contacts } from '../delivery/judge/contacts.ts'
import { Greylist } from '../delivery/judge/greylist.ts'
import { SendingRates } from '../delivery/judge/rates.ts'
import { judgeKept } from '../delivery/judge/kept.ts'
import { Lessons, teachByMoving, type LessonsParts } from '../delivery/judge/lessons.ts'
import type { Trust } from '../delivery/judge/ports.ts'
import { createClamd, type ClamdPlace } from '../delivery/scan/clamd.ts'
import type { PdfReader } from '../extract/pdf/pdf-reader.ts'
import { createRspamd } from '../delivery/scan/rspamd.ts'
import { createRspamdTeacher } from '../delivery/scan/rspamd-teacher.ts'
import type { HashingSealer } from '../keys/types.ts'
import type { DkimKeys } from '../mailauth/dkim/key-store.ts'
import type { Observed } from '../mailauth/verify/observe.ts'
import { createAuthenticator } from '../mailauth/verify/authenticate.ts'
import { plainAddress } from '../net/peer-address.ts'
import { noSettings, type PolicySettings } from '../policy/settings.ts'
import { settingsOf } from '../policy/setting-text.ts'
import type { Directory } from '../directory/types.ts'
import { parseAddressList } from './address-list.ts'
import type { OwnedStore } from '../store/store.ts'
import type { Config } from './config.ts'
import { parseEndpoint } from './endpoint.ts'
import type { Platform } from './platform.ts'

export interface TrustParts {
  readonly config: Config
  readonly dkim: DkimKeys
  readonly database: Database
  /** The platform's. */
  readonly keys: Pick<HashingSealer, 'hash'>
  readonly clock: Clock
  readonly store: Pick<OwnedStore, 'isRemembered' | 'rememberUntil'>
  readonly audit: Audit
  readonly directory: Pick<Directory, 'policy' | 'departments'>
  readonly pdfs: PdfReader
  readonly log: LessonsParts['log']
  readonly onAlarm: (what: string, facts?: object) => void
  readonly noteDmarc?: (observed: Observed) => void
}

export function openTrust(parts: TrustParts): Trust {
  const { config, dkim, database, keys, clock, store, audit, directory, pdfs } = parts
  const { authservId, relays, sealers, resolvers, blockLists } = config.trust
  const resolver = createRecordResolver(resolvers)
  const isRelay = parseAddressList(relays) ?? (() => false)
  return {
    authservId,
    authenticate: createAuthenticator({ resolver, authservId, trustedSealers: sealers }),
    isTrustedPeer: (remoteAddress) => isRelay(plainAddress(remoteAddress)),
    settings: createSettings(directory),
    greylist: new Greylist({
      database,
      keys,
      clock,
      delayMs: () => directory.policy('mail.greylist-seconds') * secondMs,
      onAlarm: parts.onAlarm,
    }),
    contacts: new Contacts({ store, clock }),
    rates: new SendingRates({ database, keys }),
    pdfs,
    ...(parts.noteDmarc && { noteDmarc: parts.noteDmarc }),
    ...(blockLists.length === 0 ? {} : { countBlockLists: createBlockLists(resolver, blockLists) }),
    ...openScanners(parts),
    recordOverride: ({ id, sessionId }, { rules, reason }) =>
      database.transaction((tx) =>
        audit.record(tx, {
          kind: 'mail-override',
          principalId: id,
          sessionId,
          rules,
          reason,
        }),
      ),
    seal: (domain, message, found) => dkim.seal(domain, message, found),
  }
}

/** The settings in force; the same object until one of them changes, so that rules are made once. */
function createSettings(
  directory: Pick<Directory, 'policy' | 'departments'>,
): () => PolicySettings {
  let known: readonly (readonly string[])[] = []
  let settings = noSettings
  return () => {
    const departments = directory.departments()
    const read = [
      directory.policy('mail.rules'),
      ...departments.map(({ id }) => directory.policy('mail.rules', id)),
    ]
    if (read.length === known.length && read.every((lines, at) => lines === known[at]))
      return settings
    known = read
    settings = {
      platform: settingsOf(read[0] ?? []),
      departments: Object.fromEntries(
        departments.flatMap(({ id }, at) => {
          const lines = read[at + 1] ?? []
          return lines === read[0] ? [] : [[id, settingsOf(lines)]]
        }),
      ),
    }
    return settings
  }
}

function openScanners({
  config,
  clock,
  log,
  onAlarm,
}: TrustParts): Pick<Trust, 'virusScanner' | 'spamFilter' | 'lessons'> {
  const { clamav, rspamd, rspamdController, authservId } = config.trust
  const onAway = (scanner: string, error: unknown) =>
    onAlarm('a scanner does not answer', { reason: scanner, error })
  return {
    ...(clamav === undefined ? {} : { virusScanner: createClamd(placeOf(clamav), onAway) }),
    ...(rspamd === undefined ? {} : { spamFilter: createRspamd(rspamd, onAway) }),
    ...(rspamdController !== undefined && {
      lessons: new Lessons({
        teacher: createRspamdTeacher(rspamdController, onAway),
        authservId,
        clock,
        log,
      }),
    }),
  }
}

function placeOf(text: string): ClamdPlace {
  const endpoint = text.startsWith('/') ? undefined : parseEndpoint(text)
  return endpoint ?? { path: text }
}

/** The store as doors have it: what users file is judged, and may be a lesson. */
export function keptStore({
  store,
  directory,
  trust,
}: Pick<Platform, 'store' | 'directory' | 'trust'>): OwnedStore {
  const departmentOf = (id: AccountId) =>
    [...directory.people(), ...directory.posts(), ...directory.sharedMailboxes()].find(
      ({ accountId }) => accountId === id,
    )?.departmentId
  const judged = judgeKept(store, {
    settings: trust.settings,
    departmentOf,
    readPdf: trust.pdfs?.fromUsers,
  })
  return trust.lessons === undefined ? judged : teachByMoving(judged, trust.lessons)
}
