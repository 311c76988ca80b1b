/** Debian's Postfix and Exim, each taking all mail of the world into one folder. */
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../support/child.ts'
import { rootOf, unpackedAt } from '../support/unpacked.ts'
import { until } from '../support/until.ts'
import { eximId, places, type Network } from './network.ts'

export interface WorldCertificate {
  readonly certificatePath: string
  readonly keyPath: string
}

const startTimeoutMs = 20_000

export async function startPostfix(
  network: Network,
  folder: string,
  { certificatePath, keyPath }: WorldCertificate,
): Promise<AsyncDisposable> {
  const [config, queue, data, box] = ['config', 'queue', 'data', 'box'].map((name) => {
    mkdirSync(join(folder, name), { recursive: true })
    return join(folder, name)
  }) as [string, string, string, string]
  const postfix = idsOf('postfix')
  chownSync(data, postfix.uid, postfix.gid)
  chownSync(box, postfix.uid, postfix.gid)
  const log = join(folder, 'mail.log')
  const main = {
    compatibility_level: '3.6',
    queue_directory: queue,
    data_directory: data,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    maillog_file: log,
    maillog_file_prefixes: `/var, ${folder}`,
    myhostname: 'mx.postfix.world',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: `${places.postfix}, ${places.postfix6}`,
    inet_protocols: 'all',
    smtpd_peername_lookup: 'no',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    alias_maps: '',
    local_recipient_maps: '',
    local_transport: 'virtual',
    smtpd_tls_cert_file: certificatePath,
    smtpd_tls_key_file: keyPath,
    smtpd_tls_security_level: 'may',
    smtpd_tls_received_header: 'yes',
    smtpd_client_connection_rate_limit: '0',
    virtual_mailbox_domains: 'static:all',
    virtual_mailbox_base: folder,
    virtual_mailbox_maps: 'static:box/',
    virtual_uid_maps: `static:${postfix.uid}`,
    virtual_gid_maps: `static:${postfix.gid}`,
    virtual_minimum_uid: '1',
    message_size_limit: '60000000',
    virtual_mailbox_limit: '0',
  }
  writeFileSync(
    join(config, 'main.cf'),
    Object.entries(main)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  )
  writeFileSync(join(config, 'master.cf'), `${services.join('\n')}\n`)
  postfixCommand(network, config, 'start')
  await until('Postfix', startTimeoutMs, () => existsSync(join(queue, 'pid', 'master.pid')))
  return {
    [Symbol.asyncDispose]: async () => postfixCommand(network, config, 'stop'),
  }
}

const services = [
  'smtp inet n - n - - smtpd',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'anvil unix - - n - 1 anvil',
  'virtual unix - n n - - virtual',
  'proxymap unix - - n - - proxymap',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'postlog unix-dgram n - n - 1 postlogd',
]

function postfixCommand(network: Network, config: string, verb: 'start' | 'stop'): void {
  const [command, args] = network.in(network.world, 'postfix', '-c', config, verb)
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`postfix ${verb}: ${stdout}${stderr}`)
}

export async function startExim(
  network: Network,
  folder: string,
  { certificatePath, keyPath }: WorldCertificate,
): Promise<AsyncDisposable> {
  const program = findExim()
  if (program === undefined) throw new Error(unpackedAt('exim4-daemon-light'))
  const box = join(folder, 'box')
  for (const name of ['spool', 'log', 'box']) {
    mkdirSync(join(folder, name), { recursive: true })
    chownSync(join(folder, name), eximId, eximId)
  }
  const config = [
    'primary_hostname = mx.exim.plain',
    `spool_directory = ${join(folder, 'spool')}`,
    `log_file_path = ${join(folder, 'log', '%slog')}`,
    `pid_file_path = ${join(folder, 'exim.pid')}`,
    `local_interfaces = ${places.exim}`,
    'host_lookup =',
    'rfc1413_hosts =',
    'tls_advertise_hosts = *',
    `tls_certificate = ${certificatePath}`,
    `tls_privatekey = ${keyPath}`,
    'acl_smtp_rcpt = accept_all',
    'acl_smtp_data = accept_all',
    'dsn_advertise_hosts = *',
    'smtputf8_advertise_hosts = *',
    'deliver_drop_privilege = true',
    'never_users =',
    'begin acl',
    'accept_all:',
    '  accept',
    'begin routers',
    'all:',
    '  driver = accept',
    '  transport = box',
    'begin transports',
    'box:',
    '  driver = appendfile',
    `  directory = ${box}`,
    '  maildir_format',
    '  delivery_date_add',
    '  envelope_to_add',
    '  user = Debian-exim',
  ]
  const path = join(folder, 'exim.conf')
  writeFileSync(path, `${config.join('\n')}\n`)
  chmodSync(path, 0o644)
  const child = new Child(...network.in(network.world, program, '-C', path, '-bdf', '-q1m'))
  await until('Exim', startTimeoutMs, () => {
    if (child.hasEnded) throw new Error(`exim: ${child.stderr}${child.stdout}`)
    return existsSync(join(folder, 'exim.pid'))
  })
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await child.end(startTimeoutMs)
    },
  }
}

/** Its package cannot be installed beside Postfix's. */
export function findExim(): string | undefined {
  const program = 'usr/sbin/exim4'
  const root = rootOf(program)
  return root && join(root, program)
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout),
  )
  return { uid: uid ?? 0, gid: gid ?? 0 }
}
