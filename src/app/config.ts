/**
 * The configuration of a node: file, environment and command line, read once, checked whole and
 * frozen. Nothing else in the house reads `process.env`. Architecture D13.
 */
import type { z } from 'zod'
import { readConfigFile } from './config-file.ts'
import { type Fault, wrongValue } from './config-faults.ts'
import { configKeys, findConfigKey, nearestKey } from './config-keys.ts'
import { resolveConfig } from './config-resolve.ts'
import { type ConfigSources, gather, type Given, isTable, nest } from './config-sources.ts'
import { configSchema, type LogLevel, type ListenerName, type Role } from './config-schema.ts'
import type { Endpoint } from './endpoint.ts'

export interface Config {
  /** The file it was read from, or undefined when none was. */
  readonly file: string | undefined
  readonly data: string
  readonly objects: string
  /** Further folders, each with everything. */
  readonly objectCopies: readonly string[]
  /** Undefined: a majority of all folders. */
  readonly objectQuorum: number | undefined
  readonly backups: string
  readonly hostname: string
  readonly roles: ReadonlySet<Role>
  readonly workers: number
  readonly logLevel: LogLevel
  readonly database: DatabaseConfig
  readonly masterKey: MasterKeyConfig
  /** Undefined: the installation's own authority makes the certificate. */
  readonly tls:
    | { readonly certificate: string; readonly key: string; readonly nextKey?: string }
    | undefined
  readonly postmaster: string | undefined
  /** Who may read /metrics: see `parseAddressList`. */
  readonly metricsFrom: readonly string[]
  /** The port offset is already in; absent ones are off. */
  readonly listeners: Readonly<Partial<Record<ListenerName, Endpoint>>>
  readonly outbound: OutboundConfig
  readonly trust: TrustConfig
  /** Who hears of alerts of the audit process that this node runs itself. */
  readonly alerts: {
    readonly webhook: string | undefined
    readonly to: readonly string[]
    /** As `8-20`. */
    readonly officeHours: string | undefined
  }
  /** Undefined: this node runs an audit process and a witness of its own. */
  readonly audit: { readonly url: string; readonly credential: string } | undefined
  readonly signIn: SignInConfig
  readonly keep: {
    readonly backupDays: number
    /** 0: never. */
    readonly backupEveryHours: number
    readonly drillEveryDays: number
  }
  readonly limits: {
    readonly messageOctets: number
    readonly recipients: number
    readonly smtpConnections: number
    readonly smtpConnectionsPerAddress: number
    readonly imapConnections: number
    readonly imapConnectionsPerAddress: number
  }
}

export interface SignInConfig {
  readonly passkeysFor: string
  /** Undefined: people sign in here alone. */
  readonly provider: ProviderConfig | undefined
}

export interface ProviderConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecretFile: string
  readonly claim: string
  readonly name: string
}

export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly connections: number }
  | {
      readonly kind: 'external'
      readonly url: string
      readonly passwordFile: string | undefined
      readonly connections: number
    }

export type MasterKeyConfig =
  /** `other…`: a second one that is read too, while one replaces the other. */
  | { readonly kind: 'file'; readonly path: string; readonly otherPath?: string }
  | {
      readonly kind: 'pkcs11'
      readonly module: string
      readonly token: string
      readonly key: string
      readonly otherKey?: string
      readonly pinFile: string
    }

/** How mail for other systems goes: not at all, to the servers DNS names, or all to one. */
export interface TrustConfig {
  /** Systems of ours that hand mail over: see `parseAddressList`. */
  readonly relays: readonly string[]
  readonly authservId: string
  readonly sealers: readonly string[]
  readonly blockLists: readonly string[]
  /** A path, or a host with a port. */
  readonly clamav?: string | undefined
  readonly rspamd?: string | undefined
  readonly rspamdController?: string | undefined
  readonly resolvers: readonly string[]
}

export type OutboundConfig =
  | { readonly kind: 'no' }
  | {
      readonly kind: 'direct'
      readonly resolvers: readonly string[]
      /** Also one that is not on this machine is believed when it says that it validated. */
      readonly trustsResolvers: boolean
      readonly port: number
      readonly mayUseLoopback: boolean
    }
  | { readonly kind: 'smart-host'; readonly host: string; readonly port: number }

export type ConfigResult =
  | { readonly config: Config; readonly notes: readonly string[] }
  | { readonly faults: readonly Fault[] }

export function readConfig(sources: ConfigSources): ConfigResult {
  const named = sources.file ?? sources.environment['TAMAR_CONFIG']
  const file = readConfigFile({ named, cwd: sources.cwd, home: sources.home })
  if (file !== undefined && 'sentence' in file) return { faults: [file] }

  const given = gather(file, sources)
  const checked = configSchema.safeParse(nest(given))
  if (!checked.success) return { faults: checked.error.issues.flatMap((i) => sayIssue(i, given)) }
  const resolved = resolveConfig(checked.data, given, { file: file?.path, home: sources.home })
  return 'faults' in resolved
    ? resolved
    : { config: freeze(resolved.config), notes: noteUnknownVariables(sources.environment) }
}

function sayIssue(issue: z.core.$ZodIssue, given: ReadonlyMap<string, Given>): readonly Fault[] {
  const key = issue.path.slice(0, depthOf(issue.path)).join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => unknownKey(key === '' ? name : `${key}.${name}`, given))
  const at = given.get(key)
  const doc = findConfigKey(key)
  const allowed = doc?.allowed ?? `a section, written [${key}]`
  return [wrongValue(key, at?.value, allowed, at?.source ?? 'nowhere given')]
}

/** An issue inside a list is about the list's key. */
function depthOf(path: readonly PropertyKey[]): number {
  const list = path.findIndex((part) => typeof part === 'number')
  return list === -1 ? path.length : list
}

function unknownKey(key: string, given: ReadonlyMap<string, Given>): Fault {
  const nearest = nearestKey(key)
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  const inner = [...given].find(([name]) => name === key || name.startsWith(`${key}.`))
  const source = inner?.[1].source ?? 'given'
  return { key, sentence: `${key} (${source}) is not a key of Tamar.${hint}` }
}

/** Variables that begin like ours and are none of a node's keys. */
const otherVariables = new Set(['TAMAR_CONFIG', 'TAMAR_REQUIRE'])

function noteUnknownVariables(environment: ConfigSources['environment']): readonly string[] {
  const known = new Set(configKeys.map(({ variable }) => variable))
  return Object.keys(environment)
    .filter((name) => name.startsWith('TAMAR_') && !known.has(name) && !otherVariables.has(name))
    .map((name) => `The variable ${name} is not one that Tamar reads.`)
}

function freeze(config: Config): Config {
  for (const value of Object.values(config)) if (isTable(value)) Object.freeze(value)
  return Object.freeze(config)
}
