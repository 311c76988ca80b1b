/**
 * Many clients do everything at random in the same two mailboxes of a platform whose node, PostgreSQL
 * or both are killed meanwhile. What each may believe is checked at every response and over each break.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { seededRandom } from '../../tools/seeded-random.ts'
import { ConnectionEnded, ImapPeer } from '../support/imap-peer.ts'
import { kill, victims, type Victim } from '../support/kill.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { act, mailboxes, resync, say, select, type Client } from './acts.ts'
import { Believer } from './believer.ts'
import { Floor } from './floor.ts'

export interface StressOptions {
  readonly seconds: number
  readonly seed: number
  readonly connections: number
  readonly kills: number
  readonly onKill?: (line: string) => void
}

export interface Outcome {
  readonly acts: number
  readonly breaks: number
  readonly kills: Readonly<Record<Victim, number>>
  /** Believed at the end, and held against what was there. */
  readonly messages: number
}

/** A killed platform is back within this, on a busy machine too. */
const returnTimeoutMs = 120_000
const userName = 'kk.ng'

interface Stage {
  readonly platform: Platform
  readonly person: Person
  readonly contents: Map<string, string>
  readonly floor: Floor
  /** Rises when the platform is back after a kill. */
  lives: number
  isOver: boolean
}

interface StressedClient extends Client {
  acts: number
  breaks: number
  /** Its connection broke, and it has not come back yet. */
  isBroken: boolean
  /** Of the platform, when it connected last. */
  life: number
  close: () => void
}

export async function stress(options: StressOptions): Promise<Outcome> {
  const { seed, connections } = options
  await using platform = await bootPlatform({ environment: { TAMAR_LOG_LEVEL: 'warn' } })
  const person = platform.person(userName)
  const ground = { platform, person, contents: new Map(), floor: new Floor() }
  const stage: Stage = { ...ground, lives: 1, isOver: false }
  const clients: StressedClient[] = []
  for (let at = 0; at < connections; at += 1) {
    const client = await open(stage, at, seed)
    if (at === 0) for (const name of mailboxes) await client.peer.command(`CREATE ${name}`)
    await select(client, client.mailbox)
    clients.push(client)
  }
  const working = clients.map((client) => work(stage, client))
  const killed = await killAll(stage, { ...options, random: seededRandom(seed) })
  stage.isOver = true
  await Promise.all(working)
  for (const client of clients) await checkAtRest(client)
  for (const client of clients) client.close()
  const sum = (key: 'acts' | 'breaks') => clients.reduce((total, each) => total + each[key], 0)
  const messages = clients.reduce((total, { believer }) => total + believer.messages.length, 0)
  return { acts: sum('acts'), breaks: sum('breaks'), kills: killed, messages }
}

interface Killing extends StressOptions {
  readonly random: () => number
}

/** Kills spread evenly over the time, each at a moment of chance in its share. */
async function killAll(stage: Stage, options: Killing): Promise<Outcome['kills']> {
  const { seconds, kills, random, onKill } = options
  const killed = { node: 0, database: 0, both: 0 }
  const start = performance.now()
  const at = async (ms: number) => {
    await until('the moment', ms + returnTimeoutMs, () => performance.now() - start >= ms)
  }
  for (let round = 0; round < kills; round += 1) {
    await at(((round + 0.25 + random() / 2) / kills) * seconds * 1000)
    const victim = victims[Math.floor(random() * victims.length)] ?? 'both'
    await kill(stage.platform, victim)
    await stage.platform.start()
    killed[victim] += 1
    stage.lives += 1
    onKill?.(`${round + 1}: ${victim}, ready in ${stage.platform.readyMs.toFixed(0)} ms`)
  }
  await at(seconds * 1000)
  return killed
}

async function work(stage: Stage, client: StressedClient): Promise<void> {
  while (!stage.isOver || client.isBroken) {
    try {
      if (client.isBroken) await comeBack(stage, client)
      else await act(client)
      client.acts += 1
    } catch (error) {
      if (!isBreak(error)) throw error
      if (!client.isBroken) stage.floor.keep(client.believer)
      client.isBroken = true
      client.breaks += 1
    }
  }
}

function isBreak(error: unknown): boolean {
  if (error instanceof ConnectionEnded) return true
  return error instanceof Error && 'syscall' in error
}

/** With what it remembers, where it can say so (RFC 7162 §3.2.5). */
async function comeBack(stage: Stage, client: StressedClient): Promise<void> {
  const { believer, life } = client
  await until('the platform to be back', returnTimeoutMs, () => stage.lives > life)
  client.close()
  client.life = stage.lives
  Object.assign(client, await connectPeer(stage, client.peer.name, client.isQresync))
  const isResynced = client.isQresync && !believer.isLost && (await resync(client))
  // Who cannot say what he remembers begins anew.
  if (!isResynced || believer.isLost) await select(client, client.mailbox)
  if (believer.isLost) return
  stage.floor.check(believer)
  client.isBroken = false
}

async function connectPeer({ platform, person }: Stage, name: string, isQresync: boolean) {
  const socket = connect({ host: 'localhost', port: platform.port('imaps'), ca: platform.ca })
  await once(socket, 'secureConnect')
  // A break is met where a command waits.
  socket.on('error', () => undefined)
  const peer = new ImapPeer(name, socket, socket)
  await peer.greet()
  const { status } = await peer.command(`LOGIN ${person.address} ${person.appPassword}`)
  assert.equal(status, 'OK', `${name} signs in`)
  if (isQresync) await peer.command('ENABLE QRESYNC')
  return { peer, close: () => void socket.destroy() }
}

async function open(stage: Stage, at: number, seed: number): Promise<StressedClient> {
  const isQresync = at % 3 === 0
  const name = `client ${at}`
  return {
    ...(await connectPeer(stage, name, isQresync)),
    believer: new Believer(name, stage.contents),
    random: seededRandom(seed + at),
    isQresync,
    mailbox: mailboxes[at % 2] ?? 'Left',
    acts: 0,
    breaks: 0,
    isBroken: false,
    life: stage.lives,
  }
}

/** What it believes is what is there; it is told of every change without selecting anew. */
export async function checkAtRest(client: Client): Promise<void> {
  const { believer, peer } = client
  await say(client, 'NOOP', { mayExpunge: true })
  const believed = structuredClone(believer.messages)
  const isWhole = !believer.isLost
  await select(client, client.mailbox)
  if (!isWhole) return
  assert.equal(believed.length, believer.messages.length, `${peer.name}: the count`)
  for (const [at, { uid, flags }] of believed.entries()) {
    const now = believer.messages[at]
    if (uid !== undefined) assert.equal(uid, now?.uid, `${peer.name}: UID of ${at + 1}`)
    if (flags !== undefined)
      assert.equal(flags, now?.flags, `${peer.name}: flags of UID ${now?.uid}`)
  }
}
