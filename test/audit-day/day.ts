/**
 * One day on one platform: acts are done one after another and counted, and the entries that the
 * specification promises for them are written down before anybody looks into the log.
 */
import assert from 'node:assert/strict'
import { request } from 'node:https'
import { connect } from 'node:tls'
import { createTransport } from 'nodemailer'
import { operatorId } from '../../src/access/system-actors.ts'
import type { Answer } from '../support/admin-api.ts'
import { ImapPeer } from '../support/imap-peer.ts'
import type { Person, Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import type { Expectation } from './compare.ts'
import type { Fact } from './expected.ts'

/** The operator of the machine, at the local socket. */
export const operator = 'operator'

export interface Asked {
  readonly method?: string
  readonly body?: object
  readonly reason?: string
  /** First what is there is read, and the change is one of that. */
  readonly ifMatch?: boolean
}

export class Day {
  readonly platform: Platform
  readonly expected: Expectation[] = []
  acts = 0
  readonly #tokens = new Map<string, string>()
  /** Names of what was made in the course of the day, by id. */
  readonly #names = new Map<string, string>([[operatorId, operator]])

  constructor(platform: Platform) {
    this.platform = platform
  }

  /** An act and the entries it leaves; `facts` may need what was answered. */
  async act<T>(
    what: string,
    work: () => Promise<T>,
    ...facts: readonly (Fact | ((answer: T) => Fact))[]
  ): Promise<T> {
    this.acts += 1
    const answer = await work().catch((error: unknown) => {
      throw new Error(`the act failed: ${what}`, { cause: error })
    })
    for (const fact of facts)
      this.expected.push({ act: what, fact: typeof fact === 'function' ? fact(answer) : fact })
    return answer
  }

  /** What a value of the log stands for. */
  nameOf = (value: string): string => this.#names.get(value) ?? value

  remember(id: unknown, name: string): string {
    assert.ok(typeof id === 'string', `an id of ${name}`)
    this.#names.set(id, name)
    return id
  }

  /** Everything that the directory has at the end, by id. */
  async rememberDirectory(): Promise<void> {
    for (const noun of ['person', 'post', 'shared', 'list'])
      for (const { id, address } of await this.#listed(noun)) this.remember(id, String(address))
    for (const { id, code } of await this.#listed('department')) this.remember(id, String(code))
  }

  async #listed(noun: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    // An answer of our own command line.
    const listed = await tamar(this.platform, noun, 'list')
    return listed as readonly Readonly<Record<string, unknown>>[]
  }

  /** At the local socket, by the command line. */
  command(...args: readonly string[]): Promise<unknown> {
    return tamar(this.platform, ...args)
  }

  async signInAtDesk(person: Person): Promise<void> {
    const { address, password } = person
    const work = () =>
      this.ask(undefined, 'sessions', { method: 'POST', body: { address, password } })
    const fact = signedIn('admin', 'password', address)
    const { body, status } = await this.act(`${address} signs in at the admin API`, work, fact)
    assert.equal(status, 201, JSON.stringify(body))
    this.#tokens.set(address, String(body['token']))
    this.remember(body['id'], `session of ${address}`)
  }

  /** As a person at the admin API. */
  call(person: Person, path: string, asked: Asked = {}): Promise<Answer> {
    const token = this.#tokens.get(person.address)
    assert.ok(token, `${person.address} has not signed in`)
    return this.ask(token, path, asked)
  }

  async ask(token: string | undefined, path: string, asked: Asked): Promise<Answer> {
    const etag = asked.ifMatch === true ? (await this.#send(token, path, {}, '*')).etag : undefined
    return this.#send(token, path, asked, etag)
  }

  #send(
    token: string | undefined,
    path: string,
    { method = 'GET', body, reason }: Asked,
    etag: string | undefined,
  ): Promise<Answer & { readonly etag: string | undefined }> {
    const answered = Promise.withResolvers<Answer & { readonly etag: string | undefined }>()
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(reason === undefined ? {} : { 'tamar-reason': reason }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(etag === undefined || method === 'GET' ? {} : { 'if-match': etag }),
    }
    const { platform } = this
    const port = platform.port('https')
    const options = { host: 'localhost', port, ca: platform.ca, method, headers, agent: false }
    const sent = request({ ...options, path: `/admin/v1/${path}` }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const { statusCode: status = 0, headers: fields } = response
        answered.resolve({ status, body: JSON.parse(text), etag: fields.etag })
      })
    })
    sent.on('error', answered.reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    return answered.promise
  }

  /** A connection to IMAP before anybody has signed in. */
  async openImap(): Promise<ImapPeer & AsyncDisposable> {
    const { platform } = this
    const socket = connect({ host: 'localhost', port: platform.port('imaps'), ca: platform.ca })
    const peer = new ImapPeer('imap', socket, socket)
    await peer.greet()
    return Object.assign(peer, { [Symbol.asyncDispose]: async () => void socket.destroy() })
  }

  async readMail(
    person: Person,
    mechanism: 'PLAIN' | 'password' = 'PLAIN',
  ): Promise<ImapPeer & AsyncDisposable> {
    const { address, appPassword } = person
    const peer = await this.openImap()
    const plain = Buffer.from(`\0${address}\0${appPassword}`).toString('base64')
    const line =
      mechanism === 'PLAIN' ? `AUTHENTICATE PLAIN ${plain}` : `LOGIN "${address}" "${appPassword}"`
    const fact = signedIn('imap', mechanism, address)
    await this.act(`${address} signs in to IMAP`, () => said(peer, line), fact)
    return peer
  }

  /** One message by a connection of its own, signed in with PLAIN. */
  async submit(person: Person, mail: { from: string; to: string; subject: string }): Promise<void> {
    const { platform } = this
    const program = createTransport({
      host: 'localhost',
      port: platform.port('submissions'),
      secure: true,
      tls: { ca: platform.ca },
      auth: { user: person.address, pass: person.appPassword },
      authMethod: 'PLAIN',
      name: 'desk.example',
    })
    try {
      await program.sendMail({ ...mail, text: 'About that.' })
    } finally {
      program.close()
    }
  }
}

export function signedIn(door: string, mechanism: string, address: string): Fact {
  const who = { principalId: address, identity: address }
  return { kind: 'sign-in', door, outcome: 'success', mechanism, ...who }
}

/** @returns the answer, which must be OK. */
export async function said(peer: ImapPeer, line: string) {
  const answer = await peer.command(line)
  assert.equal(answer.status, 'OK', `${line}: ${answer.line}`)
  return answer
}
