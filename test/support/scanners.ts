/** ClamAV's daemon and Rspamd on loopback, with signatures and rules of our own: no network. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Child } from './child.ts'
import { makeThrowaway } from './throwaway.ts'
import { freePort } from './free-ports.ts'
import { until } from './until.ts'

/** The test file that every scanner knows, in two pieces so that none finds it here. */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR',
  'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
].join('-')

const startTimeoutMs = 60_000

export class Scanners implements AsyncDisposable {
  readonly clamdPort: number
  readonly rspamdPort: number
  /** Where its statistics are taught and told. */
  readonly controllerPort: number
  readonly #clamd: Child
  readonly #rspamd: Child
  readonly #folder: string

  private constructor(folder: string, ports: readonly [number, number, number]) {
    this.#folder = folder
    const [clamdPort, rspamdPort, controllerPort] = ports
    this.clamdPort = clamdPort
    this.rspamdPort = rspamdPort
    this.controllerPort = controllerPort
    this.#clamd = new Child('clamd', ['-c', writeClamd(folder, clamdPort)])
    // As root it would become a user that cannot read this folder.
    this.#rspamd = new Child('rspamd', [
      '-f',
      '-i',
      '-c',
      writeRspamd(folder, rspamdPort, controllerPort),
    ])
  }

  static async start(): Promise<Scanners> {
    const folder = makeThrowaway('tamar-test-')
    const scanners = new Scanners(folder, [await freePort(), await freePort(), await freePort()])
    try {
      await until('clamd listens', startTimeoutMs, () => listens(scanners.clamdPort))
      await until('rspamd listens', startTimeoutMs, () => listens(scanners.rspamdPort))
      await until('its controller listens', startTimeoutMs, () => listens(scanners.controllerPort))
      return scanners
    } catch (error) {
      const said = `${scanners.#clamd.stderr}${scanners.#rspamd.stderr}`
      await scanners[Symbol.asyncDispose]()
      throw new Error(`the scanners do not start: ${said}`, { cause: error })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [this.#clamd, this.#rspamd]) child.kill('SIGTERM')
    await Promise.all([this.#clamd.ended, this.#rspamd.ended])
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function writeClamd(folder: string, port: number): string {
  const database = join(folder, 'signatures')
  mkdirSync(database)
  const name = 'Tamar.Test.Eicar'
  writeFileSync(join(database, 'test.ndb'), `${name}:0:*:${Buffer.from(eicar).toString('hex')}\n`)
  const file = join(folder, 'clamd.conf')
  const lines = [
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    `DatabaseDirectory ${database}`,
    `TemporaryDirectory ${folder}`,
    'Foreground yes',
    'MaxThreads 2',
    'StreamMaxLength 2M',
    ...(process.getuid?.() === 0 ? ['User root'] : []),
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** Without its rules: a word that is spam to us, the pattern that every filter knows, and what it was taught. */
function writeRspamd(folder: string, port: number, controllerPort: number): string {
  const lua = join(folder, 'rules.lua')
  writeFileSync(
    lua,
    `rspamd_config:register_symbol({ name = 'TAMAR_TEST', score = 7, group = 'test',
  callback = function(task) return string.find(tostring(task:get_content()), 'BUY NOW', 1, true) ~= nil end })
rspamd_config:register_symbol({ name = 'TAMAR_PEER', score = 7, group = 'test',
  callback = function(task)
    local ip = task:get_from_ip()
    return ip ~= nil and ip:is_valid() and tostring(ip) == '192.0.2.66' end })
`,
  )
  const domains = join(folder, 'domains.dat')
  writeFileSync(domains, 'example\n')
  const file = join(folder, 'rspamd.conf')
  writeFileSync(
    file,
    `options {
  pidfile = "${folder}/rspamd.pid"; tempdir = "${folder}"; url_tld = "${domains}"; filters = "";
  cache_file = "${folder}/symbols.cache"; history_file = "${folder}/history"; hs_cache_dir = "${folder}/";
  control_socket = "${folder}/control.sock"; rrd = ""; disable_hyperscan = true;
  dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }
}
lua = "${lua}";
logging { type = "console"; level = "error"; }
actions { reject = 15; add_header = 6; greylist = 4; }
classifier "bayes" {
  tokenizer { name = "osb"; } backend = "sqlite3"; min_tokens = 3; min_learns = 1;
  cache { backend = "sqlite3"; path = "${folder}/learned.sqlite"; }
  statfile { symbol = "BAYES_HAM"; path = "${folder}/ham.sqlite"; spam = false; }
  statfile { symbol = "BAYES_SPAM"; path = "${folder}/spam.sqlite"; spam = true; }
}
group "taught" { symbols { "BAYES_SPAM" { weight = 8; } "BAYES_HAM" { weight = -3; } } }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
worker "controller" {
  bind_socket = "127.0.0.1:${controllerPort}"; count = 1; secure_ip = ["127.0.0.1"]; stats_path = "${folder}/stats.ucl";
}
`,
  )
  return file
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  const found = await promise
  socket.destroy()
  return found
}
