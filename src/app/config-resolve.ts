/** From checked values to a configuration: paths made whole, and rules between several keys. */
import { isAbsolute, join, relative, resolve } from 'node:path'
import { type Fault, wrongValue } from './config-faults.ts'
import type { CheckedConfig, ListenerName } from './config-schema.ts'
import { listenerNames } from './config-schema.ts'
import { type Endpoint, formatEndpoint, isLoopback, portMax } from './endpoint.ts'
import type { Given } from './config-sources.ts'
import type {
  Config,
  DatabaseConfig,
  MasterKeyConfig,
  OutboundConfig,
  SignInConfig,
} from './config.ts'

interface Surroundings {
  readonly file: string | undefined
  /** The folder of the program: the default data directory is in it. */
  readonly home: string
}

/** Collects faults of all rules before it gives up. */
interface Work {
  readonly checked: CheckedConfig
  readonly given: ReadonlyMap<string, Given>
  readonly faults: Fault[]
}

export function resolveConfig(
  checked: CheckedConfig,
  given: ReadonlyMap<string, Given>,
  { file, home }: Surroundings,
): { readonly config: Config } | { readonly faults: readonly Fault[] } {
  const work: Work = { checked, given, faults: [] }
  const data = pathAt(work, 'data', checked.data) ?? join(home, 'data')
  const config: Config = {
    file,
    data,
    objects: pathAt(work, 'objects', checked.objects) ?? join(data, 'objects'),
    ...resolveObjectCopies(work),
    backups: pathAt(work, 'backups', checked.backups) ?? `${data}.backups`,
    hostname: checked.hostname,
    roles: new Set(checked.roles),
    workers: checked.workers,
    logLevel: checked.logLevel,
    postmaster: checked.postmaster,
    metricsFrom: checked.metricsFrom,
    database: resolveDatabase(work),
    masterKey: resolveMasterKey(work, data),
    tls: resolveTls(work),
    listeners: resolveListeners(work),
    outbound: resolveOutbound(work),
    trust: { ...checked.trust, authservId: checked.trust.authservId ?? checked.hostname },
    alerts: resolveAlerts(work),
    audit: resolveAudit(work),
    signIn: resolveSignIn(work),
    keep: checked.keep,
    limits: checked.limits,
  }
  return work.faults.length > 0 ? { faults: work.faults } : { config }
}

function pathAt({ given }: Work, key: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : resolve(given.get(key)?.folder ?? '/', value)
}

function refuse({ given, faults }: Work, key: string, allowed: string): void {
  const at = given.get(key)
  faults.push(wrongValue(key, at?.value, allowed, at?.source ?? 'nowhere given'))
}

function resolveObjectCopies(work: Work): Pick<Config, 'objectCopies' | 'objectQuorum'> {
  const { objectCopies, objectQuorum } = work.checked
  const folders = objectCopies.length + 1
  if (objectQuorum !== undefined && objectQuorum > folders)
    refuse(work, 'objectQuorum', `at most ${folders}, the number of folders for objects`)
  const copies = objectCopies.map((folder) => pathAt(work, 'objectCopies', folder) ?? folder)
  return { objectCopies: copies, objectQuorum }
}

function resolveSignIn(work: Work): SignInConfig {
  const { passkeysFor = work.checked.hostname, provider } = work.checked.signIn
  if (provider === undefined) return { passkeysFor, provider }
  const key = 'signIn.provider.clientSecretFile'
  const clientSecretFile = pathAt(work, key, provider.clientSecretFile) ?? ''
  return { passkeysFor, provider: { ...provider, clientSecretFile } }
}

function resolveDatabase(work: Work): DatabaseConfig {
  const { url, connections, passwordFile } = work.checked.database
  const file = pathAt(work, 'database.passwordFile', passwordFile)
  if (url === undefined) {
    if (file !== undefined) refuse(work, 'database.passwordFile', 'only together with database.url')
    return { kind: 'embedded', connections }
  }
  const isFromEnvironment = work.given.get('database.url')?.source.startsWith('the variable')
  // A file is copied into backups and tickets and a command line is seen by every user.
  if (isFromEnvironment !== true && /:\/\/[^/@]*:[^/@]*@/.test(url))
    refuse(work, 'database.url', 'a URL without a password: name it in database.passwordFile')
  return { kind: 'external', url, connections, passwordFile: file }
}

function resolveMasterKey(work: Work, data: string): MasterKeyConfig {
  const { file, otherFile, pkcs11 } = work.checked.masterKey
  if (pkcs11 === undefined) {
    const path = pathAt(work, 'masterKey.file', file) ?? join(`${data}.key`, 'master.key')
    if (isInside(path, data)) refuse(work, 'masterKey.file', 'a path outside the data directory')
    const otherPath = pathAt(work, 'masterKey.otherFile', otherFile)
    return { kind: 'file', path, ...(otherPath !== undefined && { otherPath }) }
  }
  if (file !== undefined) refuse(work, 'masterKey.file', 'either a file or masterKey.pkcs11')
  if (otherFile !== undefined) refuse(work, 'masterKey.otherFile', 'a second key of the token')
  const required = (name: 'module' | 'token' | 'key' | 'pinFile'): string => {
    const value = pkcs11[name]
    if (value === undefined) refuse(work, `masterKey.pkcs11.${name}`, 'all four of a token’s keys')
    return value ?? ''
  }
  return {
    kind: 'pkcs11',
    module: pathAt(work, 'masterKey.pkcs11.module', required('module')) ?? '',
    token: required('token'),
    key: required('key'),
    ...(pkcs11.otherKey !== undefined && { otherKey: pkcs11.otherKey }),
    pinFile: pathAt(work, 'masterKey.pkcs11.pinFile', required('pinFile')) ?? '',
  }
}

function resolveOutbound(work: Work): OutboundConfig {
  const { send, smartHost, resolvers, port, loopback, trustResolvers } = work.checked.outbound
  if (send !== 'smart-host' && smartHost !== undefined)
    refuse(work, 'outbound.smartHost', 'only together with outbound.send = "smart-host"')
  if (send === 'no') return { kind: 'no' }
  if (send === 'direct')
    return {
      kind: 'direct',
      resolvers,
      trustsResolvers: trustResolvers,
      port,
      mayUseLoopback: loopback,
    }
  const at = smartHost?.lastIndexOf(':') ?? -1
  if (smartHost === undefined) refuse(work, 'outbound.smartHost', 'a host with a port')
  return {
    kind: 'smart-host',
    host: smartHost?.slice(0, at).replaceAll(/[[\]]/g, '') ?? '',
    port: Number(smartHost?.slice(at + 1) ?? 0),
  }
}

function resolveAlerts(work: Work): Config['alerts'] {
  const { webhook, to, officeHours } = work.checked.alerts
  // One that runs elsewhere is told by its own operators, not by ours.
  const isElsewhere = work.checked.audit.url !== undefined
  if (isElsewhere && webhook !== undefined) refuse(work, 'alerts.webhook', 'not with audit.url')
  if (isElsewhere && to.length > 0) refuse(work, 'alerts.to', 'not with audit.url')
  if (isElsewhere && officeHours !== undefined)
    refuse(work, 'alerts.officeHours', 'not with audit.url')
  return { webhook, to, officeHours }
}

function resolveAudit(work: Work): Config['audit'] {
  const { url } = work.checked.audit
  const credential = pathAt(work, 'audit.credential', work.checked.audit.credential)
  if (url !== undefined && credential !== undefined) return { url, credential }
  if (url !== undefined) refuse(work, 'audit.credential', 'a path, because audit.url is given')
  if (credential !== undefined)
    refuse(work, 'audit.url', 'a URL, because audit.credential is given')
  return undefined
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return !way.startsWith('..') && !isAbsolute(way)
}

function resolveTls(work: Work): Config['tls'] {
  const certificate = pathAt(work, 'tls.certificate', work.checked.tls.certificate)
  const key = pathAt(work, 'tls.key', work.checked.tls.key)
  const nextKey = pathAt(work, 'tls.nextKey', work.checked.tls.nextKey)
  if (certificate !== undefined && key !== undefined)
    return { certificate, key, ...(nextKey !== undefined && { nextKey }) }
  if (nextKey !== undefined) refuse(work, 'tls.nextKey', 'only together with tls.certificate')
  if (certificate !== undefined) refuse(work, 'tls.key', 'a path, because tls.certificate is given')
  if (key !== undefined) refuse(work, 'tls.certificate', 'a path, because tls.key is given')
  return undefined
}

function resolveListeners(work: Work): Config['listeners'] {
  const listeners: Partial<Record<ListenerName, Endpoint>> = {}
  const takenBy = new Map<string, ListenerName>()
  for (const name of listenerNames) {
    const endpoint = work.checked.listen[name]
    if (endpoint === undefined) continue
    const moved = move(endpoint, work.checked.portOffset)
    const place = formatEndpoint(moved)
    const other = takenBy.get(place)
    const key = `listen.${name}`
    if (moved.port > portMax)
      refuse(work, key, `a port that stays at or under ${portMax} with portOffset`)
    else if (other !== undefined) refuse(work, key, `a place that listen.${other} does not have`)
    else if (name === 'imapPlaintext' && !isLoopback(moved.host))
      refuse(work, key, 'a loopback address, because nothing is encrypted there')
    if (moved.port !== 0) takenBy.set(place, name)
    listeners[name] = moved
  }
  return listeners
}

/** Port 0 asks for a free port, wherever the others are moved. */
function move({ host, port }: Endpoint, offset: number): Endpoint {
  return { host, port: port === 0 ? 0 : port + offset }
}
