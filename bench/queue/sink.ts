/** A mail server of somebody else in a process of its own, which takes everything and counts it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-ports.ts'

export interface Sink extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  /** Messages so far. */
  taken(): number
}

/** Debian's smtp-sink, of Postfix: in clear, PIPELINING. */
export function openSmtpSink(): Promise<Sink> {
  return openSink((port) => ['smtp-sink', '-c', '-u', 'nobody', `127.0.0.1:${port}`, '200'])
}

/** Ours, because smtp-sink knows no STARTTLS. */
export function openTlsSink(): Promise<Sink> {
  const script = fileURLToPath(new URL('tls-sink.ts', import.meta.url))
  return openSink((port) => [process.execPath, script, String(port)])
}

async function openSink(commandFor: (port: number) => readonly string[]): Promise<Sink> {
  const port = await freePort()
  const [command = '', ...args] = commandFor(port)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let said = ''
  let taken = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-200)
    // A number that is not whole yet is less than the one before.
    taken = Math.max(taken, Number(/.*mesg=(\d+)/s.exec(said)?.[1] ?? 0))
  })
  await Promise.race([
    untilListening(port),
    exited.then(() => Promise.reject(new Error(`${command} does not run`))),
  ])
  return {
    port,
    pid: child.pid ?? 0,
    taken: () => taken,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    const isThere = await promise
    socket.destroy()
    if (isThere) return
    await delay(50)
  }
  throw new Error('the sink does not listen: is postfix installed?')
}

const pollMs = 10
const patienceMs = 30_000

/** @throws when it has not so many and nothing more comes. */
export async function untilTaken(sink: Sink, count: number): Promise<void> {
  let before = sink.taken()
  for (let idleMs = 0; before < count; idleMs += pollMs) {
    if (idleMs > patienceMs) throw new Error(`the sink has ${before} messages of ${count}`)
    await delay(pollMs)
    const taken = sink.taken()
    if (taken > before) idleMs = 0
    before = taken
  }
}
