/** Mail programs nobody here wrote, ready to use: imapflow reads, nodemailer sends. TLS is verified. */
import { ImapFlow } from 'imapflow'
import { createTransport, type Transporter } from 'nodemailer'
import type { Person, Platform } from './platform.ts'
import { within } from './until.ts'

const connectTimeoutMs = 10_000

/** Signed in over TLS with the CA verified, as a person or as `person+post@…`. */
export async function signIn(
  platform: Platform,
  user: string,
  password: string,
  port = platform.port('imaps'),
): Promise<ImapFlow> {
  const reader = new ImapFlow({
    host: 'localhost',
    port,
    secure: true,
    auth: { user, pass: password },
    tls: { ca: platform.ca },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectTimeoutMs,
  })
  // A connection that breaks fails the command in flight, and that is how a test hears of it.
  reader.on('error', () => undefined)
  await within('IMAP sign-in', connectTimeoutMs, reader.connect())
  return reader
}

export function readAs(platform: Platform, person: Person): Promise<ImapFlow> {
  return signIn(platform, person.address, person.appPassword)
}

/** A person's mail program, sending over TLS from the first octet (465) or after STARTTLS (587). */
export function sendAs(
  platform: Platform,
  person: Person,
  place: 'submissions' | 'submission' = 'submissions',
  /** One connection for many messages, as a program that sends all day has. */
  isPooled = false,
): Transporter {
  return createTransport({
    host: 'localhost',
    port: platform.port(place),
    secure: place === 'submissions',
    requireTLS: true,
    tls: { ca: platform.ca },
    auth: { user: person.address, pass: person.appPassword },
    name: 'desk.example',
    ...(isPooled && { pool: true as const, maxConnections: 1 }),
  })
}

/** Another server, delivering on port 25. */
export function sendFromOutside(platform: Platform): Transporter {
  return createTransport({
    host: 'localhost',
    port: platform.port('smtp'),
    secure: false,
    requireTLS: true,
    tls: { ca: platform.ca },
    name: 'mx.elsewhere.example',
  })
}

/** UIDs of a mailbox's messages with this subject. */
export async function findSubject(
  reader: ImapFlow,
  mailbox: string,
  subject: string,
): Promise<readonly number[]> {
  const lock = await reader.getMailboxLock(mailbox)
  try {
    const uids = await reader.search({ header: { subject } }, { uid: true })
    return uids === false || uids === undefined ? [] : uids
  } finally {
    lock.release()
  }
}
