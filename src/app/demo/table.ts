/** What the demo says when it is ready: a page for people, one line for programs. */
import type { Names } from '../../directory/types.ts'
import type { LocalFolders } from '../audit/local-audit.ts'
import type { ListenerName } from '../config-schema.ts'
import { type Endpoint, formatEndpoint } from '../endpoint.ts'

export interface ReadyPerson {
  readonly address: string
  readonly names: Names
  readonly department: string
  readonly password: string
  readonly appPassword: string
}

export interface Ready {
  /** As they are bound: port 0 is a real port by now. */
  readonly listeners: Readonly<Partial<Record<ListenerName, Endpoint>>>
  readonly caPath: string
  /** Of the audit process beside the node. */
  readonly audit: LocalFolders | undefined
  /** The link of a founding that is not over. */
  readonly founding: string | undefined
  readonly people: readonly ReadyPerson[]
}

/** One line of JSON; scripts rely on its form. */
export function formatReadyLine({ listeners, caPath, audit, founding, people }: Ready): string {
  const places = Object.entries(listeners).map(([name, endpoint]) => [
    name,
    placeOf(name, endpoint),
  ])
  return JSON.stringify({
    ready: true,
    listeners: Object.fromEntries(places),
    ca: caPath,
    audit,
    founding,
    people: people.map(({ address, password, appPassword, department }) => ({
      address,
      password,
      appPassword,
      department,
    })),
  })
}

export function formatReadyTable(ready: Ready): string {
  const listening = Object.entries(ready.listeners).map(([name, endpoint]) => [
    placeOf(name, endpoint),
    purposes[name as ListenerName], // Object.entries forgets that the keys are listener names.
  ])
  const people = ready.people.map((person) => [
    person.address,
    person.password,
    person.appPassword,
    `${person.names.en} ${person.names.zh}, ${person.department}`,
  ])
  return [
    'Tamar is ready.',
    section('Listening', alignColumns(listening)),
    section(
      'Who can sign in (a mail program takes either password)',
      alignColumns([['address', 'password', 'app password', 'who'], ...people]),
    ),
    section('Try', commandsOf(ready)),
    ...(ready.audit === undefined ? [] : [section('Audit trail', auditOf(ready.audit))]),
    section('Trust this installation’s certificates (Debian, Ubuntu)', trustCommands(ready.caPath)),
    'Press Ctrl-C to stop.',
  ].join('\n\n')
}

const purposes: Readonly<Record<ListenerName, string>> = {
  smtp: 'SMTP, mail from other servers (STARTTLS)',
  submission: 'submission, mail programs sending (STARTTLS)',
  submissions: 'submission, mail programs sending (TLS)',
  imap: 'IMAP, mail programs reading (STARTTLS)',
  imaps: 'IMAP, mail programs reading (TLS)',
  imapPlaintext: 'IMAP without TLS, for measuring',
  sieve: 'ManageSieve, mail programs putting scripts (STARTTLS)',
  https: 'HTTPS: web mail at /mail/, JMAP, health, metrics',
}

/** A browser wants a URL with a name the certificate has; a mail program wants host and port. */
function placeOf(name: string, endpoint: Endpoint): string {
  if (name !== 'https') return formatEndpoint(endpoint)
  const isLocal = endpoint.host === '127.0.0.1' || endpoint.host === '::1'
  return `https://${formatEndpoint(isLocal ? { ...endpoint, host: 'localhost' } : endpoint)}`
}

function commandsOf({ listeners, caPath, people }: Ready): string {
  const [reader, sender = reader] = people
  if (reader === undefined || sender === undefined) return 'Nobody can sign in yet.'
  const { imaps, submissions } = listeners
  const lines: string[] = []
  if (submissions !== undefined)
    lines.push(
      `swaks --server ${submissions.host} --port ${submissions.port} --tls-on-connect \\`,
      `  --auth-user ${sender.address} --auth-password ${sender.appPassword} \\`,
      `  --from ${sender.address} --to ${reader.address} --header 'Subject: Hello 你好'`,
    )
  if (imaps !== undefined)
    lines.push(
      `curl --cacert ${quoteShell(caPath)} --user ${reader.address}:${reader.appPassword} \\`,
      `  'imaps://localhost:${imaps.port}/INBOX;MAILINDEX=*'`,
      `A mail program: IMAP localhost ${imaps.port} with SSL/TLS,` +
        (submissions === undefined ? '' : ` SMTP localhost ${submissions.port} with SSL/TLS,`),
      `  user ${reader.address}, an app password from above`,
    )
  return lines.join('\n')
}

/** Two more processes, with folders and keys of their own. */
function auditOf({ audit, witness }: LocalFolders): string {
  const [at, by] = [quoteShell(audit), quoteShell(witness)]
  return [
    `audit process  ${audit}`,
    `witness        ${witness}`,
    `./tamar --data ${at} audit enrol me me.pem --as auditor`,
    `./tamar --data ${at} audit export exported --credential me.pem`,
    `./tamar verify-audit exported --key ${at}/log.vkey --witness ${by}/witness.vkey`,
  ].join('\n')
}

function trustCommands(caPath: string): string {
  const place = '/usr/local/share/ca-certificates/tamar.crt'
  return [
    `sudo cp ${quoteShell(caPath)} ${place} && sudo update-ca-certificates`,
    'For Chromium and Chrome (from the package libnss3-tools), then start the browser anew:',
    `mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n tamar -i ${quoteShell(caPath)}`,
  ].join('\n')
}

function quoteShell(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function section(title: string, body: string): string {
  return `${title}\n${body.replace(/^/gm, '  ')}`
}

/** The last column is not padded, so that a wide name wraps alone. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  const alignRow = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')
  return rows.map(alignRow).join('\n')
}
