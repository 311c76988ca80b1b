/** RFC 5804 over real TLS, on a real directory: sessions as a client has them. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { openGovernmentOfOne } from '../../test/support/government-of-one.ts'
import { openRealStore } from '../../test/support/real-store.ts'
import type { Principal } from '../access/types.ts'
import { systemClock } from '../base/clock.ts'
import { createOwnScripts } from '../delivery/sieve/own-scripts.ts'
import { createFakeAccess } from '../imap/test/fake-access.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource } from '../net/tls.ts'
import { scriptOctetsMax } from '../sieve/limits.ts'
import { createManageSieveServer } from './server.ts'

const answerForm = /^(?:OK|NO|BYE)(?: \((?:[^()"]|"[^"]*")*\))? "(?:[^"\\]|\\.)*"\r\n/m

/** Says lines, hears what comes until an answer of the server is whole. */
class Client implements Disposable {
  #socket: Socket
  #heard = ''
  #wake: (() => void) | undefined
  #isOver = false

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#listen()
  }

  async hear(): Promise<string> {
    for (;;) {
      const match = answerForm.exec(this.#heard)
      if (match !== null) {
        const end = match.index + match[0].length
        const said = this.#heard.slice(0, end)
        this.#heard = this.#heard.slice(end)
        return said
      }
      if (this.#isOver) return this.#heard
      await this.#more()
    }
  }

  async hearLine(): Promise<string> {
    while (!this.#heard.includes('\r\n')) await this.#more()
    const end = this.#heard.indexOf('\r\n') + 2
    const line = this.#heard.slice(0, end)
    this.#heard = this.#heard.slice(end)
    return line
  }

  say(text: string): Promise<string> {
    this.#socket.write(`${text}\r\n`)
    return this.hear()
  }

  sayOnly(text: string): void {
    this.#socket.write(`${text}\r\n`)
  }

  async secure(ca: string, inClear = ''): Promise<string> {
    assert.match(await this.say(`STARTTLS${inClear}`), /^OK/)
    this.#socket.removeAllListeners()
    this.#socket = connectTls({ socket: this.#socket, ca, servername: 'localhost' })
    this.#listen()
    return this.hear()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  async end(): Promise<void> {
    while (!this.#isOver) await this.#more()
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#heard += chunk.toString()
      this.#wake?.()
    })
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      this.#isOver = true
      this.#wake?.()
    })
  }

  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    return promise
  }
}

const literal = (text: string) => `{${Buffer.byteLength(text)}+}\r\n${text}`
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('ManageSieve', { timeout: 60_000 }, () => {
  const stack = new AsyncDisposableStack()
  let port = 0
  let ca = ''
  let alice: Principal
  let revoke = () => undefined as void
  before(async () => {
    const ground = stack.use(await openRealStore())
    const government = stack.use(await openGovernmentOfOne(ground))
    const { personId, accountId } = government
    const departmentId = government.directory.person(personId)?.departmentId ?? ''
    const address = 'alice@td.example'
    const rest = { departmentId, openedAs: undefined, sessionId: personId }
    alice = { id: personId, address, ...rest }
    const common = { departmentId, kind: 'person', basis: 'own', name: '', rights: 'lr' } as const
    const grants = [{ accountId, address, ...common }]
    const people = new Map([['alice', { password: 'secret', principal: alice, grants }]])
    const fake = createFakeAccess(people)
    revoke = () => fake.revoke(personId)
    const gateFor = () => async () => ({})
    const folder = mkdtempSync(join(tmpdir(), 'tamar-sieve-'))
    stack.defer(() => rmSync(folder, { recursive: true, force: true }))
    const files = await ensureCertificates({ folder, clock: systemClock })
    ca = readFileSync(files.caPath, 'utf8')
    const tls = stack.use(createTlsSource({ ...files, clock: systemClock }))
    const server = await createManageSieveServer({
      listen: [{ host: '127.0.0.1', port: 0, tls: 'starttls' }],
      tls,
      access: fake,
      scripts: createOwnScripts({ ...government, access: { ...fake, gateFor } }),
    })
    stack.use(server)
    port = server.addresses[0]?.port ?? 0
  })
  after(() => stack.disposeAsync())

  const signIn = async () => {
    const client = new Client(port)
    await client.hear()
    await client.secure(ca)
    const said = await client.say(`AUTHENTICATE "PLAIN" "${base64('\0alice\0secret')}"`)
    assert.match(said, /^OK/)
    return client
  }

  it('offers no mechanism and takes no password before the connection is encrypted (§1.7, §2.1)', async () => {
    using client = new Client(port)
    const greeting = await client.hear()
    assert.match(greeting, /^"IMPLEMENTATION" "Tamar"\r\n"SASL" ""\r\n"SIEVE" "[^"]*fileinto/)
    assert.match(greeting, /\r\n"VERSION" "1\.0"\r\n/)
    assert.match(greeting, /\r\n"STARTTLS"\r\nOK /)
    const response = base64('\0alice\0secret')
    assert.match(await client.say(`AUTHENTICATE "PLAIN" "${response}"`), /^NO \(ENCRYPT-NEEDED\)/)
    assert.match(await client.say('LISTSCRIPTS'), /^NO "Sign in first"/)
    const secured = await client.secure(ca)
    assert.match(secured, /"SASL" "[^"]*PLAIN/)
    assert.doesNotMatch(secured, /STARTTLS|OWNER/)
    assert.match(await client.say('STARTTLS'), /^NO/)
    assert.match(await client.say(`AUTHENTICATE "PLAIN" "${response}"`), /^OK/)
    assert.match(await client.say('CAPABILITY'), /"OWNER" "alice@td\.example"/)
  })

  it('forgets whatever was said in clear behind STARTTLS (§2.2)', async () => {
    using client = new Client(port)
    await client.hear()
    await client.secure(ca, '\r\nNOOP "injected"')
    assert.match(await client.say('NOOP "mine"'), /^OK \(TAG "mine"\)/)
  })

  it('signs in with and without an initial response, and ends after three failures (§2.1)', async () => {
    using client = new Client(port)
    await client.hear()
    await client.secure(ca)
    client.sayOnly('AUTHENTICATE "PLAIN"')
    assert.equal(await client.hearLine(), '""\r\n')
    assert.match(await client.say('"*"'), /^NO/)
    assert.match(await client.say('AUTHENTICATE "PLAIN" "???"'), /^NO "This is not base64"/)
    assert.match(await client.say('AUTHENTICATE "LOGIN"'), /^NO "This mechanism/)
    const wrong = `AUTHENTICATE "PLAIN" ${literal(base64('\0alice\0wrong'))}`
    assert.match(await client.say(wrong), /^NO "User name/)
    assert.match(await client.say(wrong), /^NO "User name/)
    assert.match(await client.say(wrong), /^BYE/)
    await client.end()
  })

  it('puts, checks, lists, gets, renames, puts in force and deletes scripts (§2.5 to §2.12)', async () => {
    using client = await signIn()
    const script = 'require "fileinto";\r\nfileinto "工程";\r\n'
    assert.match(await client.say('HAVESPACE "假期" 100'), /^OK/)
    assert.match(await client.say(`PUTSCRIPT "假期" ${literal(script)}`), /^OK/)
    assert.match(await client.say('LISTSCRIPTS'), /^"假期"\r\nOK/)
    assert.match(await client.say('SETACTIVE "假期"'), /^OK/)
    assert.match(await client.say('LISTSCRIPTS'), /^"假期" ACTIVE\r\nOK/)
    const octets = Buffer.byteLength(script)
    assert.equal(
      await client.say('GETSCRIPT "假期"'),
      `{${octets}}\r\n${script}\r\nOK "That is all"\r\n`,
    )
    assert.match(await client.say('RENAMESCRIPT "假期" "main"'), /^OK/)
    assert.match(await client.say('LISTSCRIPTS'), /^"main" ACTIVE\r\nOK/)
    assert.match(await client.say('DELETESCRIPT "main"'), /^NO \(ACTIVE\)/)
    assert.match(await client.say('PUTSCRIPT "b" "keep;"'), /^OK/)
    assert.match(await client.say('RENAMESCRIPT "b" "main"'), /^NO \(ALREADYEXISTS\)/)
    assert.match(await client.say('SETACTIVE ""'), /^OK/)
    for (const name of ['main', 'b'])
      assert.match(await client.say(`DELETESCRIPT "${name}"`), /^OK/)
    for (const command of ['GETSCRIPT', 'DELETESCRIPT', 'SETACTIVE'])
      assert.match(await client.say(`${command} "main"`), /^NO \(NONEXISTENT\)/)
    assert.match(await client.say('LISTSCRIPTS'), /^OK/)
  })

  it('refuses what has a fault with its place, what is too long and what is too many', async () => {
    using client = await signIn()
    const bad = literal('keep;\nfile "a";')
    assert.match(await client.say(`CHECKSCRIPT ${bad}`), /^NO "Line 2, column 1: /)
    assert.match(await client.say(`PUTSCRIPT "x" ${bad}`), /^NO "Line 2, column 1: /)
    assert.match(await client.say('CHECKSCRIPT "keep;"'), /^OK/)
    assert.match(await client.say('LISTSCRIPTS'), /^OK/)
    const long = literal(`#${'x'.repeat(scriptOctetsMax)}`)
    assert.match(await client.say(`PUTSCRIPT "x" ${long}`), /^NO \(QUOTA\/MAXSIZE\)/)
    const space = `HAVESPACE "x" ${scriptOctetsMax + 1}`
    assert.match(await client.say(space), /^NO \(QUOTA\/MAXSIZE\)/)
    for (let at = 0; at < 16; at++)
      assert.match(await client.say(`PUTSCRIPT "n${at}" "keep;"`), /^OK/)
    assert.match(await client.say('PUTSCRIPT "one more" "keep;"'), /^NO \(QUOTA\/MAXSCRIPTS\)/)
    assert.match(await client.say('HAVESPACE "one more" 5'), /^NO \(QUOTA\/MAXSCRIPTS\)/)
    assert.match(await client.say('HAVESPACE "n3" 5'), /^OK/)
    for (let at = 0; at < 16; at++) assert.match(await client.say(`DELETESCRIPT "n${at}"`), /^OK/)
    assert.match(await client.say(`PUTSCRIPT "${'字'.repeat(129)}" "keep;"`), /^NO "A name has/)
    assert.match(await client.say('PUTSCRIPT "x"'), /^NO "The script is missing"/)
    assert.match(await client.say('PUTSCRIPT "x" {99999999+}'), /^BYE \(QUOTA\/MAXSIZE\)/)
    await client.end()
  })

  it('says a word back, signs out and in again, and hangs up (§2.3, §2.13, §2.14.1)', async () => {
    using client = await signIn()
    assert.equal(await client.say('noop "a b"'), 'OK (TAG "a b") "Done"\r\n')
    assert.equal(await client.say('NOOP'), 'OK "Done"\r\n')
    assert.match(await client.say('UNAUTHENTICATE'), /^OK/)
    assert.match(await client.say('LISTSCRIPTS'), /^NO/)
    const again = `AUTHENTICATE "PLAIN" "${base64('\0alice\0secret')}"`
    assert.match(await client.say(again), /^OK/)
    assert.match(await client.say(again), /^NO/)
    assert.match(await client.say('LOGOUT'), /^OK/)
    await client.end()
  })

  it('ends who is signed out elsewhere, and who does not speak it', async () => {
    using client = await signIn()
    revoke()
    assert.match(await client.hear(), /^BYE "You were signed out"/)
    await client.end()
    using other = new Client(port)
    await other.hear()
    for (let at = 1; at < 10; at++) assert.match(await other.say('GET / HTTP/1.1'), /^NO/)
    assert.match(await other.say('GET / HTTP/1.1'), /^BYE/)
  })
})
