/**
 * Every key of `tamar.toml`, as one schema with its words: what it is for and what is allowed. Only
 * what a node needs before it can reach the database is here; everything that changes behaviour is
 * data in the database, the same on every node. Secrets are never values, only paths to them.
 */
import { z } from 'zod'
import { parseAddressList } from './address-list.ts'
import { keyDocs, listFromCommas } from './config-docs.ts'
import { trustSchema } from './config-trust.ts'
import { parseEndpoint } from './endpoint.ts'

export const roles = ['smtp', 'submission', 'imap', 'http', 'worker'] as const
export type Role = (typeof roles)[number]

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export const listenerNames = [
  'smtp',
  'submission',
  'submissions',
  'imap',
  'imaps',
  'imapPlaintext',
  'sieve',
  'https',
] as const
export type ListenerName = (typeof listenerNames)[number]

const objectCopiesMax = 4

const off = 'off'
const hostnamePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i

function path(about: string, initially: string) {
  return z.string().min(1).optional().register(keyDocs, { about, allowed: 'a path', initially })
}

function label(about: string) {
  const doc = { about, allowed: 'a text of 1 to 64 characters', initially: 'none' }
  return z.string().min(1).max(64).optional().register(keyDocs, doc)
}

/** A whole number; environment and command line give it as digits. */
function integer(about: string, min: number, max: number, initial: number) {
  const doc = { about, allowed: `a whole number from ${min} to ${max}`, initially: `${initial}` }
  const number = z.int().min(min).max(max).default(initial)
  return z.preprocess(numberFromDigits, number).register(keyDocs, doc)
}

function numberFromDigits(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
}

function choices<T extends string>(about: string, allowed: readonly [T, ...T[]]) {
  const list = z
    .array(z.enum(allowed))
    .min(1)
    .default([...allowed])
  return z.preprocess(listFromCommas, list).register(keyDocs, {
    about,
    allowed: `one or more of ${allowed.join(', ')}`,
    initially: 'all of them',
  })
}

function booleanFromText(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value
}

const loopbackAddresses = ['127.0.0.1', '::1']

function addresses(about: string) {
  const list = z
    .array(z.string())
    .refine((texts) => parseAddressList(texts) !== undefined)
    .default(loopbackAddresses)
  return z.preprocess(listFromCommas, list).register(keyDocs, {
    about,
    allowed: 'addresses or networks such as 127.0.0.1, 10.1.0.0/16 or fd00::/8',
    initially: loopbackAddresses.join(', '),
  })
}

function listener(about: string, initial: string) {
  return z
    .string()
    .refine((value) => value === off || parseEndpoint(value) !== undefined)
    .default(initial)
    .transform((value) => (value === off ? undefined : parseEndpoint(value)))
    .register(keyDocs, {
      about,
      allowed: 'an address with a port such as 127.0.0.1:2525 or [::1]:2525, or off',
      initially: initial,
    })
}

export const configSchema = z.strictObject({
  data: path('The data directory of this node.', 'data, beside the program'),
  objects: path('Where large content is kept, sealed.', 'objects, in the data directory'),
  objectCopies: z
    .preprocess(listFromCommas, z.array(z.string().min(1)).max(objectCopiesMax).default([]))
    .register(keyDocs, {
      about: 'Further folders, on other disks or in other buildings, that each keep all of it too.',
      allowed: `up to ${objectCopiesMax} paths`,
      initially: 'none: one folder',
    }),
  objectQuorum: z
    .preprocess(
      numberFromDigits,
      z
        .int()
        .min(1)
        .max(objectCopiesMax + 1)
        .optional(),
    )
    .register(keyDocs, {
      about: 'How many of these folders have content durably before its message is acknowledged.',
      allowed: 'a whole number, at most as many as there are folders',
      initially: 'more than half of them',
    }),
  backups: path(
    'Where backups are kept that the admin API makes, sealed.',
    'a folder beside the data directory, named like it with .backups',
  ),
  hostname: z
    .string()
    .regex(hostnamePattern)
    .default('localhost')
    .transform((name) => name.toLowerCase())
    .register(keyDocs, {
      about: 'The name this node greets with and its own certificate is made for.',
      allowed: 'a host name such as mail.gov.example',
      initially: 'localhost',
    }),
  postmaster: z
    .string()
    .regex(/^[^\s@]{1,64}@[^\s@]{1,255}$/)
    .optional()
    .register(keyDocs, {
      about: 'Where mail for a bare `postmaster` goes (RFC 5321 §4.5.1).',
      allowed: 'an address of the directory such as postmaster@gov.example',
      initially: 'none: to the central administrators',
    }),
  roles: choices('What this node does.', roles),
  workers: integer('How many processes serve on this machine.', 1, 64, 1),
  portOffset: integer('Added to the port of every listener.', 0, 60_000, 0),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .register(keyDocs, {
      about: 'How much is logged. No level logs content.',
      allowed: `one of ${logLevels.join(', ')}`,
      initially: 'info',
    }),
  metricsFrom: addresses('Who may read /metrics.'),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^postgres(?:ql)?:\/\/\S+$/)
        .optional()
        .register(keyDocs, {
          about: 'An existing PostgreSQL 15 or newer. Without it Tamar runs its own.',
          allowed: 'a URL such as postgres://tamar@db.gov.example/tamar',
          initially: 'none: the embedded PostgreSQL, in the data directory',
        }),
      passwordFile: path('The file that holds the password for `database.url`.', 'none'),
      connections: integer('How many connections one process may hold.', 2, 500, 16),
    })
    .prefault({}),
  masterKey: z
    .strictObject({
      file: path(
        'The file that holds the master key, readable by its owner only.',
        'master.key in a folder beside the data directory, named like it with .key',
      ),
      otherFile: path(
        'A second master key that is read too, while one replaces the other.',
        'none',
      ),
      pkcs11: z
        .strictObject({
          module: path('The PKCS#11 library of the token that holds the master key.', 'none'),
          token: label('The label of the token.'),
          key: label('The label of the key on the token.'),
          otherKey: label('The label of a second key, while one replaces the other.'),
          pinFile: path('The file, or credential of the service manager, with the PIN.', 'none'),
        })
        .optional(),
    })
    .prefault({}),
  tls: z
    .strictObject({
      certificate: path(
        'The certificate chain of this node, PEM; a new one is taken up without a restart.',
        'a certificate of this installation’s own authority',
      ),
      key: path('The private key of `tls.certificate`, PEM.', 'none'),
      nextKey: path(
        'The private key of the certificate after it, PEM, so that DANE can name it beforehand.',
        'none',
      ),
    })
    .prefault({}),
  listen: z
    .strictObject({
      smtp: listener('Mail from other servers (SMTP with STARTTLS).', '127.0.0.1:2525'),
      submission: listener('Mail from mail programs (STARTTLS).', '127.0.0.1:5587'),
      submissions: listener('Mail from mail programs (TLS).', '127.0.0.1:5465'),
      imaps: listener('Mail programs reading (TLS).', '127.0.0.1:5993'),
      imap: listener('Mail programs reading (STARTTLS), for example 127.0.0.1:5143.', off),
      imapPlaintext: listener('IMAP without TLS, for measuring: loopback addresses only.', off),
      sieve: listener(
        'Mail programs putting scripts (ManageSieve with STARTTLS); served by the role imap.',
        '127.0.0.1:4190',
      ),
      https: listener('Browsers, health checks and metrics (HTTPS).', '127.0.0.1:8443'),
    })
    .prefault({}),
  outbound: z
    .strictObject({
      send: z.enum(['no', 'direct', 'smart-host']).default('no').register(keyDocs, {
        about:
          'Whether mail for other systems is sent, and how. What is not sent stays in the queue.',
        allowed: 'one of no, direct (to the servers that DNS names), smart-host',
        initially: 'no',
      }),
      smartHost: z
        .string()
        .regex(/^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]+\]):\d{1,5}$/i)
        .optional()
        .register(keyDocs, {
          about:
            'The server that takes all mail for other systems; its certificate must be trusted.',
          allowed: 'a host with a port such as relay.gov.example:25',
          initially: 'none',
        }),
      resolvers: z
        .preprocess(listFromCommas, z.array(z.string().regex(/^[0-9a-f.:[\]]+$/i)).default([]))
        .register(keyDocs, {
          about: 'The name servers asked for the servers of other domains.',
          allowed: 'addresses, with a port where it is not 53',
          initially: 'those of the machine',
        }),
      trustResolvers: z.preprocess(booleanFromText, z.boolean().default(false)).register(keyDocs, {
        about:
          'Whether name servers that are not on this machine are believed when they say that they ' +
          'validated an answer (DNSSEC); the way to them must be safe.',
        allowed: 'true or false',
        initially: 'false',
      }),
      port: integer(
        'The port of other mail servers; anything but 25 is for trials.',
        1,
        65_535,
        25,
      ),
      loopback: z.preprocess(booleanFromText, z.boolean().default(false)).register(keyDocs, {
        about: 'Whether a domain may have its server on this machine; for trials.',
        allowed: 'true or false',
        initially: 'false',
      }),
    })
    .prefault({}),
  trust: trustSchema,
  alerts: z
    .strictObject({
      webhook: z
        .string()
        .regex(/^https:\/\/\S+$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/)
        .optional()
        .register(keyDocs, {
          about: 'Where the audit process beside this node posts alerts.',
          allowed: 'an https URL, or an http one on this machine',
          initially: 'none',
        }),
      to: z
        .preprocess(listFromCommas, z.array(z.string().regex(/^[^\s@]+@[^\s@]+$/)).default([]))
        .register(keyDocs, {
          about: 'The security officers who get its alerts by mail.',
          allowed: 'addresses such as security@gov.example',
          initially: 'nobody',
        }),
      officeHours: z
        .string()
        .regex(/^\d{1,2}-\d{1,2}$/)
        .optional()
        .register(keyDocs, {
          about: 'When privileges are used as a matter of course, Monday to Friday in Hong Kong.',
          allowed: 'two hours of the day such as 8-20',
          initially: '8-20',
        }),
    })
    .prefault({}),
  audit: z
    .strictObject({
      url: z
        .string()
        .regex(/^https:\/\/[^\s/]+$/)
        .optional()
        .register(keyDocs, {
          about: 'The audit process that takes the entries of this node.',
          allowed: 'a URL such as https://audit.gov.example:9443',
          initially: 'none: an audit process and a witness beside this node, for one machine',
        }),
      credential: path('What “tamar audit enrol” made for this node.', 'none'),
    })
    .prefault({}),
  signIn: z
    .strictObject({
      passkeysFor: z
        .string()
        .regex(hostnamePattern)
        .transform((name) => name.toLowerCase())
        .optional()
        .register(keyDocs, {
          about:
            'The name passkeys are made for: the one people see in their browser, or a domain above it. ' +
            'It is for ever: under another name every passkey there is opens nothing.',
          allowed: 'a host name such as mail.gov.example, the same on every node',
          initially: 'the value of `hostname`',
        }),
      provider: z
        .strictObject({
          issuer: z
            .string()
            .regex(/^https:\/\/\S+$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/)
            .register(keyDocs, {
              about:
                'The identity provider (OpenID Connect) at which people may sign in too. It is believed ' +
                'in who somebody is, and in how many factors it asked for.',
              allowed: 'its https URL, or an http one on this machine',
              initially: 'none',
            }),
          clientId: z.string().min(1).max(256).register(keyDocs, {
            about: 'The name this platform has there.',
            allowed: 'a text of 1 to 256 characters',
            initially: 'none',
          }),
          clientSecretFile: z.string().min(1).register(keyDocs, {
            about: 'The file that holds the secret of `signIn.provider.clientId`.',
            allowed: 'a path',
            initially: 'none',
          }),
          claim: z.string().min(1).max(128).default('email').register(keyDocs, {
            about: 'The claim that holds the address of a person. Nobody is made by it.',
            allowed: 'the name of a claim',
            initially: 'email',
          }),
          name: z.string().min(1).max(64).default('Single sign-on').register(keyDocs, {
            about: 'What people call it.',
            allowed: 'a text of 1 to 64 characters',
            initially: 'Single sign-on',
          }),
        })
        .optional(),
    })
    .prefault({}),
  keep: z
    .strictObject({
      backupDays: integer(
        'How long backups are kept: months of keys without a message are destroyed so much later.',
        1,
        36_500,
        365,
      ),
      backupEveryHours: integer(
        'How often this node makes a backup by itself, into `backups`; those older than `keep.backupDays` go. 0: never.',
        0,
        8_760,
        0,
      ),
      drillEveryDays: integer(
        'How often this node tries by itself whether its newest backup can be brought back. 0: never.',
        0,
        365,
        0,
      ),
    })
    .prefault({}),
  limits: z
    .strictObject({
      messageOctets: integer('The largest message accepted.', 65_536, 268_435_456, 52_428_800),
      recipients: integer('How many recipients one message may have.', 100, 50_000, 1_000),
      smtpConnections: integer('Connections on the SMTP listeners together.', 10, 100_000, 2_000),
      smtpConnectionsPerAddress: integer('Of those, from one address.', 1, 100_000, 200),
      imapConnections: integer('Connections on the IMAP listeners.', 10, 200_000, 20_000),
      imapConnectionsPerAddress: integer('Of those, from one address.', 1, 200_000, 2_000),
    })
    .prefault({}),
})

/** The file as it was checked, before paths and defaults that depend on others are worked out. */
export type CheckedConfig = z.output<typeof configSchema>
