/**
 * A platform as a government begins it: empty, founded by four people with forms in a browser, who then
 * take their seats. Everything here goes over HTTPS or the command line.
 */
import assert from 'node:assert/strict'
import { request } from 'node:https'
import { ask, openToken } from './admin-api.ts'
import { bootPlatform, type Platform } from './platform.ts'
import { tamar } from './tamar-command.ts'

export const centre = 'centre.gov.example'

/** By seat, the person who sits there. */
export const founders = {
  'administrator-1': `a.chan@${centre}`,
  'administrator-2': `b.lee@${centre}`,
  'security-officer': `c.ho@${centre}`,
  auditor: `d.lam@${centre}`,
} as const
export type Seat = keyof typeof founders
const seats = Object.keys(founders) as readonly Seat[]

export interface Governed extends AsyncDisposable {
  readonly platform: Platform
  /** Tokens of the founders at the admin API. */
  readonly tokens: Readonly<Record<Seat, string>>
}

const passphraseOf = (seat: Seat) => `the long passphrase of the ${seat}`
const passwordOf = (seat: Seat) => `the own password of the ${seat}`

export async function bootGoverned(): Promise<Governed> {
  const platform = await bootPlatform({ command: 'start' })
  try {
    await makeCentre(platform)
    await found(platform)
    const tokens = Object.fromEntries(
      await Promise.all(seats.map(async (seat) => [seat, await takeSeat(platform, seat)] as const)),
    )
    // One for each seat; Object.fromEntries loses count of them.
    const held = tokens as Record<Seat, string>
    return { platform, tokens: held, [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose]() }
  } catch (error) {
    await platform[Symbol.asyncDispose]()
    throw error
  }
}

/** Until the last signature the operator makes what the founders need, and gives nobody a role. */
async function makeCentre(platform: Platform): Promise<void> {
  const domains = ['--domains', centre]
  await tamar(platform, 'department', 'create', 'CENTRE', '--name', 'The Centre', ...domains)
  for (const [seat, address] of Object.entries(founders))
    await tamar(platform, 'person', 'create', address, '--name', seat, '--department', 'CENTRE')
}

async function found(platform: Platform): Promise<void> {
  const link = platform.ready.founding
  assert.ok(link, 'a platform that is not founded says where it is founded')
  const { searchParams } = new URL(link)
  const token = searchParams.get('token') ?? ''
  const page = await get(platform, `/found?token=${token}`)
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  for (const seat of seats) {
    const passphrase = passphraseOf(seat)
    const names = { nameEn: `Founder ${seat}`, nameZh: '創辦人', signInName: seat }
    const secret = { passphrase, passphraseAgain: passphrase }
    await submit(platform, { act: 'enrol', token, csrf, seat, ...names, ...secret })
  }
  for (const seat of seats)
    await submit(platform, {
      act: 'sign',
      token,
      csrf,
      signInName: seat,
      passphrase: passphraseOf(seat),
    })
}

/** @returns a token of his at the admin API. */
async function takeSeat(platform: Platform, seat: Seat): Promise<string> {
  const [holder, password] = [founders[seat], passwordOf(seat)]
  const claim = { signInName: seat, passphrase: passphraseOf(seat), holder, password }
  const { status, body } = await ask(platform, 'seats', { method: 'POST', body: claim })
  assert.equal(status, 200, JSON.stringify(body))
  const token = await openToken(platform, holder, password)
  assert.ok(token, `${seat} has taken his seat and signs in`)
  return token
}

function get(platform: Platform, path: string): Promise<string> {
  return exchange(platform, 'GET', path)
}

function submit(platform: Platform, fields: Readonly<Record<string, string>>): Promise<string> {
  return exchange(platform, 'POST', '/found', new URLSearchParams(fields).toString())
}

async function exchange(
  platform: Platform,
  method: string,
  path: string,
  form?: string,
): Promise<string> {
  const answered = Promise.withResolvers<string>()
  const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  const port = platform.port('https')
  const options = { host: 'localhost', port, ca: platform.ca, method, path, headers, agent: false }
  const sent = request(options, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    response.on('end', () =>
      response.statusCode === 200
        ? answered.resolve(text)
        : answered.reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`)),
    )
  })
  sent.on('error', answered.reject)
  sent.end(form)
  return answered.promise
}
