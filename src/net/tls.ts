/**
 * The server's TLS context, current without a restart. TLS 1.2 (RFC 5246) and 1.3 (RFC 8446),
 * forward-secret AEAD ciphers only (RFC 9325 §4.2), resumption by tickets (RFC 5077).
 */
import { X509Certificate, constants, createPrivateKey, randomBytes } from 'node:crypto'
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type SecureContext, createSecureContext } from 'node:tls'
import type { Clock, Millis } from '../base/clock.ts'
import {
  certificateCheckMs,
  certificateSettleMs,
  renewBeforeMs,
  sessionLifeMs,
  ticketKeyLifeMs,
} from './limits.ts'

const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':')

/** What an operator should hear about the certificate. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly notAfter: Millis }
  /** The files do not make a pair (yet): the one before stays in use. */
  | { readonly kind: 'kept-old'; readonly error: unknown }
  | { readonly kind: 'expiring'; readonly notAfter: Millis }
  /** The folder cannot be watched; the periodic look remains. */
  | { readonly kind: 'unwatched'; readonly error: unknown }

export interface TlsSource extends Disposable {
  /** The context for the next handshake. Never keep it. */
  readonly context: SecureContext
  /** When the certificate in use ends. */
  readonly notAfter: Millis
  /** Looks at the files now. True when a new pair is in use; a broken pair changes nothing. */
  reload(): boolean
}

export interface TlsSourceOptions {
  /** PEM: the server's certificate, then its issuers. */
  readonly certificatePath: string
  readonly keyPath: string
  readonly clock: Clock
  readonly report?: (event: TlsEvent) => void
}

/** Throws when the first pair cannot be used: a server without a certificate does not start. */
export function createTlsSource(options: TlsSourceOptions): TlsSource {
  return new FileTlsSource(options)
}

interface Pair {
  readonly certificate: Buffer
  readonly key: Buffer
  readonly notAfter: Millis
}

class FileTlsSource implements TlsSource {
  readonly #options: TlsSourceOptions
  readonly #watchers: FSWatcher[] = []
  readonly #check: NodeJS.Timeout
  #settle: NodeJS.Timeout | undefined
  #stamp: string
  #pair: Pair
  #ticketKeys = randomBytes(48)
  #ticketKeysAt: Millis
  #context: SecureContext

  constructor(options: TlsSourceOptions) {
    this.#options = options
    this.#ticketKeysAt = options.clock.now()
    this.#stamp = this.#readStamp()
    this.#pair = this.#readPair()
    this.#context = this.#makeContext()
    this.#watch()
    this.#check = setInterval(this.#look, certificateCheckMs).unref()
    process.on('SIGHUP', this.#hangUp)
  }

  get context(): SecureContext {
    return this.#context
  }

  get notAfter(): Millis {
    return this.#pair.notAfter
  }

  reload(): boolean {
    // Taken before reading: a write in between is seen by the next look.
    const stamp = this.#readStamp()
    try {
      const pair = this.#readPair()
      this.#stamp = stamp
      if (pair.certificate.equals(this.#pair.certificate) && pair.key.equals(this.#pair.key)) {
        return false
      }
      this.#pair = pair
      this.#context = this.#makeContext()
      this.#report({ kind: 'reloaded', notAfter: pair.notAfter })
      return true
    } catch (error) {
      this.#stamp = stamp
      this.#report({ kind: 'kept-old', error })
      return false
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#check)
    clearTimeout(this.#settle)
    for (const watcher of this.#watchers) watcher.close()
    process.off('SIGHUP', this.#hangUp)
  }

  readonly #hangUp = (): void => {
    this.reload()
  }

  readonly #look = (): void => {
    const now = this.#options.clock.now()
    if (this.#readStamp() !== this.#stamp) this.reload()
    if (now - this.#ticketKeysAt >= ticketKeyLifeMs) {
      this.#ticketKeys = randomBytes(48)
      this.#ticketKeysAt = now
      this.#context = this.#makeContext()
    }
    if (this.#pair.notAfter - now < renewBeforeMs) {
      this.#report({ kind: 'expiring', notAfter: this.#pair.notAfter })
    }
  }

  #watch(): void {
    const { certificatePath, keyPath } = this.#options
    const names = new Set([basename(certificatePath), basename(keyPath)])
    // Folders, not files: a file that is replaced takes its watch along.
    for (const folder of new Set([dirname(certificatePath), dirname(keyPath)])) {
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) => {
          if (name !== null && !names.has(name)) return
          clearTimeout(this.#settle)
          this.#settle = setTimeout(this.#look, certificateSettleMs).unref()
        })
        watcher.on('error', (error) => this.#report({ kind: 'unwatched', error }))
        this.#watchers.push(watcher)
      } catch (error) {
        this.#report({ kind: 'unwatched', error })
      }
    }
  }

  #makeContext(): SecureContext {
    return createSecureContext({
      cert: this.#pair.certificate,
      key: this.#pair.key,
      minVersion: 'TLSv1.2',
      ciphers,
      honorCipherOrder: true,
      // A client that begins again and again costs us a handshake each time. RFC 9325 §3.5
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      sessionIdContext: 'tamar',
      sessionTimeout: sessionLifeMs / 1000,
      ticketKeys: this.#ticketKeys,
    })
  }

  #readPair(): Pair {
    const certificate = readFileSync(this.#options.certificatePath)
    const key = readFileSync(this.#options.keyPath)
    const parsed = new X509Certificate(certificate)
    if (!parsed.checkPrivateKey(createPrivateKey(key))) {
      throw new Error('the key is not the one of the certificate')
    }
    return { certificate, key, notAfter: parsed.validToDate.getTime() }
  }

  #readStamp(): string {
    return `${stampOf(this.#options.certificatePath)} ${stampOf(this.#options.keyPath)}`
  }

  #report(event: TlsEvent): void {
    this.#options.report?.(event)
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'none' : `${found.ino}:${found.mtimeNs}:${found.size}`
}
