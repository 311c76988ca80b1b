/**
 * An audit process and a witness beside the node, each a process of its own with a folder of its own:
 * for one machine, and to look at. In service both run elsewhere, under other people: `audit.url`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { StartFault } from '../start-fault.ts'
import type { Config } from '../config.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** One that cannot stay up is not started again in a tight circle. */
const restartAfterMs = 300
/** What it has is durable at every moment: it only says goodbye. */
const stopWithinMs = 1_500
/** A machine at its limit takes long to start a process; one that never comes is still told of. */
const readyWithinMs = 60_000

export interface LocalAudit {
  readonly url: string
  readonly credentialPath: string
  /** Where things are, for who looks at the demo. */
  readonly folders: LocalFolders
}

export interface LocalFolders {
  readonly audit: string
  readonly witness: string
}

/** Beside the data directory, as the folder of the master key is. */
export function localFolders(data: string): LocalFolders & { readonly credential: string } {
  return {
    audit: `${data}.audit`,
    witness: `${data}.witness`,
    credential: join(`${data}.key`, 'audit-credential.pem'),
  }
}

/** Both belong to `stack` before the first of them serves. */
export async function startLocalAudit(
  config: Pick<Config, 'data' | 'alerts' | 'listeners' | 'tls' | 'hostname'>,
  stack: AsyncDisposableStack,
  onRestart: (what: string) => void,
): Promise<LocalAudit> {
  const { audit, witness, credential } = localFolders(config.data)
  const start = (what: string, options: Readonly<Record<string, string>>) => {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    const supervised = new Supervised(['audit', what, ...args], () => onRestart(what))
    return stack.use(supervised).start()
  }
  const hostnames = '127.0.0.1'
  // The witness first, so that it ends last and sees the audit process's last checkpoint.
  const witnessing = start('witness', { data: witness, hostnames, logs: join(audit, 'log.vkey') })
  const serving = start('serve', {
    data: audit,
    hostnames,
    witnesses: join(witness, 'witness.json'),
    heads: join(witness, 'heads'),
    'local-credential': credential,
    ...alertOptions(config),
  })
  const [url] = await Promise.all([serving, witnessing])
  return { url, credentialPath: credential, folders: { audit, witness } }
}

/** Alerts go to this platform's own mailboxes, over its own port 25. */
function alertOptions(
  config: Pick<Config, 'data' | 'alerts' | 'listeners' | 'tls' | 'hostname'>,
): Readonly<Record<string, string>> {
  const { webhook, to, officeHours } = config.alerts
  const { smtp } = config.listeners
  // Our own certificate is for localhost, another one for the name of the node.
  const isOwn = config.tls === undefined
  const host = isOwn ? 'localhost' : config.hostname
  return {
    ...(webhook === undefined ? {} : { 'alert-webhook': webhook }),
    ...(officeHours === undefined ? {} : { 'office-hours': officeHours }),
    ...(to.length === 0 || smtp === undefined
      ? {}
      : {
          'alert-to': to.join(','),
          'alert-mail': `${host}:${smtp.port}`,
          'alert-from': `audit@${config.hostname}`,
          ...(isOwn ? { 'alert-mail-ca': join(config.data, 'tls', 'ca.pem') } : {}),
        }),
  }
}

const readySchema = z.object({ ready: z.literal(true), url: z.url() })

/** A child that is started again when it ends, at the port it had. */
class Supervised implements AsyncDisposable {
  readonly #args: readonly string[]
  readonly #onRestart: () => void
  #child: ChildProcess | undefined
  #listen = '127.0.0.1:0'
  #again: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(args: readonly string[], onRestart: () => void) {
    this.#args = args
    this.#onRestart = onRestart
  }

  /**
   * @returns where it serves. One that a killed node left behind may hold the folder for a moment.
   * @throws StartFault
   */
  async start(): Promise<string> {
    const until = performance.now() + readyWithinMs
    while (!this.#isStopping && performance.now() < until) {
      const url = await this.#try()
      if (url !== undefined) return url
      await new Promise((resolve) => setTimeout(resolve, restartAfterMs))
    }
    throw new StartFault(
      `"tamar ${this.#args.slice(0, 2).join(' ')}" does not start beside this node; it says why ` +
        'above. Its folder is beside the data directory.',
    )
  }

  /** Undefined: it ended before it served. */
  async #try(): Promise<string | undefined> {
    const child = spawn(process.execPath, [main, ...this.#args, '--listen', this.#listen], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const late = setTimeout(() => child.kill('SIGKILL'), readyWithinMs)
    child.once('message', (message) => resolve(readySchema.parse(message).url))
    child.once('exit', () => resolve(undefined))
    const url = await promise
    clearTimeout(late)
    if (url === undefined) return undefined
    this.#listen = new URL(url).host
    child.once('exit', () => this.#startAgain())
    // It ended while it was listened to.
    if (child.exitCode !== null || child.signalCode !== null) this.#startAgain()
    return url
  }

  #startAgain(): void {
    if (this.#isStopping) return
    clearTimeout(this.#again)
    this.#again = setTimeout(() => {
      this.#onRestart()
      this.start().catch(() => this.#startAgain())
    }, restartAfterMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#again)
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    await ended
    clearTimeout(late)
  }
}
