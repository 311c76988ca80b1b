/**
 * The demo: a founding with generated founders, then the demo government with its mail. A second start
 * finds both there. What people sign in with is kept beside the master key, outside the data.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAppPassword } from '../../access/write/create-app-password.ts'
import { setPassword } from '../../access/write/set-password.ts'
import { seats } from '../../http/founding/port.ts'
import { readablePassword } from '../credentials.ts'
import type { OwnedFounding } from '../founding.ts'
import type { Platform } from '../platform.ts'
import { StartFault } from '../start-fault.ts'
import { demoGovernment } from './government.ts'
import { loadGovernment, loadMessages } from './load.ts'
import { demoMessages } from './messages.ts'
import { seededRandom } from './random.ts'
import type { ReadyPerson } from './table.ts'
import { markFinished, markUnfinished } from './unfinished.ts'

/** The same mail for everybody who tries the demo. */
const mailSeed = 2017

export async function fillDemo(
  platform: Platform,
  founding: OwnedFounding,
  onProgress: (what: string) => void,
): Promise<readonly ReadyPerson[]> {
  const file = peopleFile(platform)
  if (existsSync(file)) {
    markFinished(platform.config)
    // Written below, by this program.
    return JSON.parse(readFileSync(file, 'utf8')) as readonly ReadyPerson[]
  }
  if (platform.directory.departments().length > 0)
    throw new StartFault('This platform is not a demo: start it with "npm start".')
  markUnfinished(platform.config)
  onProgress('founding the platform with four generated founders')
  await found(founding)
  onProgress('loading the demo government')
  const people = await loadPeople(platform)
  onProgress('loading its mail')
  const { store, directory, clock } = platform
  const messages = demoMessages(demoGovernment(), clock, seededRandom(mailSeed))
  await loadMessages(store, directory, messages)
  // There whole or not at all.
  writeFileSync(`${file}.new`, JSON.stringify(people), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  markFinished(platform.config)
  return people
}

function peopleFile({ config }: Platform): string {
  return join(`${config.data}.key`, 'demo-people.json')
}

/** Random words nobody keeps: the demo's founders only have to have signed. */
async function found(founding: OwnedFounding): Promise<void> {
  const token = await founding.openToken()
  if (token === undefined) return
  // Before the signatures: a platform that is founded never becomes a demo.
  await founding.enterDemo()
  const founders = seats.map((seat, index) => ({
    seat,
    nameEn: `Demo founder ${index + 1}`,
    nameZh: `示範創辦人${index + 1}`,
    signInName: `founder${index + 1}`,
    passphrase: randomBytes(18).toString('base64url'),
  }))
  for (const founder of founders) require(await founding.enrol(token, founder))
  for (const { signInName, passphrase } of founders)
    require(await founding.sign(token, signInName, passphrase))
}

function require(fault: string | undefined): void {
  if (fault !== undefined) throw new Error(`the founding of the demo failed: ${fault}`)
}

async function loadPeople(platform: Platform): Promise<readonly ReadyPerson[]> {
  const government = demoGovernment()
  const { writing, directory, ground, access } = platform
  const { database } = ground
  const credentials = { ...writing, requireGrant: access.requireGrant }
  const ids = await loadGovernment({ database, directory, writing, government })
  const ready: ReadyPerson[] = []
  for (const { address, names, department } of government.people) {
    const personId = ids.get(address) ?? ''
    const password = readablePassword()
    const appPassword = await database.transaction(async (tx) => {
      await setPassword(tx, credentials, { personId, password })
      const scopes = ['imap', 'smtp', 'jmap', 'dav', 'sieve'] as const
      return createAppPassword(tx, credentials, { personId, label: 'Demo', scopes })
    })
    ready.push({ address, names, department, password, appPassword: appPassword.appPassword })
  }
  await access.refresh()
  return ready
}
