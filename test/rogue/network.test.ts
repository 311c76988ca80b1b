/** Whoever listens on the network, on every door and both ways, reads no word and no password. */
import assert from 'node:assert/strict'
import { request } from 'node:https'
import { test } from 'node:test'
import { createTransport } from 'nodemailer'
import { OctetSearch } from '../support/find-octets.ts'
import { findSubject, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { WireTap } from './wire-tap.ts'

const subject = 'tappedsubject5d1f0c77'
const text = 'tappedbody91b2ee4410aa'
const helo = 'tapped-greeting-3c77aa.example'

test('a tap on every listener finds no subject, no text, no address and no password', async () => {
  await using platform = await bootPlatform()
  const person = platform.person('wl.chan')
  await using stack = new AsyncDisposableStack()
  const tap = async (place: Parameters<Platform['port']>[0]) =>
    stack.use(await WireTap.before(platform.port(place)))
  const taps = {
    smtp: await tap('smtp'),
    submission: await tap('submission'),
    submissions: await tap('submissions'),
    imaps: await tap('imaps'),
    https: await tap('https'),
  }
  const mail = { to: person.address, subject, text }
  await send(platform, taps.smtp.port, { ...mail, from: 'tapped@elsewhere.example' })
  for (const place of ['submission', 'submissions'] as const) {
    const auth = { user: person.address, pass: person.appPassword }
    const isTls = place === 'submissions'
    await send(platform, taps[place].port, { ...mail, from: person.address }, { auth, isTls })
  }
  const reader = await signIn(platform, person.address, person.appPassword, taps.imaps.port)
  const uids = await findSubject(reader, 'INBOX', subject)
  assert.equal(uids.length, 3)
  await reader.logout()
  assert.equal(await getFrontPage(platform, taps.https.port), 200)

  const search = new OctetSearch([subject, text, person.address, person.appPassword])
  for (const [place, { seen }] of Object.entries(taps)) {
    assert.ok(seen.length > 500, `${place}: the tap saw nothing`)
    assert.deepEqual(search.inOctets(seen, place), [])
  }
  // What is said before STARTTLS is read: so the tap does see what there is to see.
  assert.ok(taps.smtp.seen.includes(helo))
})

interface Way {
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly isTls?: boolean
}

async function send(platform: Platform, port: number, mail: object, way: Way = {}): Promise<void> {
  const { auth, isTls: secure = false } = way
  const tls = { ca: platform.ca }
  const transport = createTransport({
    host: 'localhost',
    port,
    secure,
    requireTLS: true,
    tls,
    name: helo,
    ...(auth === undefined ? {} : { auth }),
  })
  await transport.sendMail(mail)
  transport.close()
}

async function getFrontPage(platform: Platform, port: number): Promise<number | undefined> {
  const answered = Promise.withResolvers<number | undefined>()
  const call = request({ host: 'localhost', port, path: '/', ca: platform.ca, agent: false })
  call.on('error', answered.reject)
  call.on('response', (response) => {
    response.resume()
    response.on('end', () => answered.resolve(response.statusCode))
  })
  call.end()
  return answered.promise
}
