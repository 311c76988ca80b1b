/** `start` and `demo`: a node in the foreground until it is told to stop. */
import cluster from 'node:cluster'
import type { Config } from './config.ts'
import { fillDemo } from './demo/fill.ts'
import { clearUnfinished } from './demo/unfinished.ts'
import { formatReadyLine, formatReadyTable, type ReadyPerson } from './demo/table.ts'
import { startNode, startWorker, type RunningNode } from './node.ts'
import { StartFault } from './start-fault.ts'

export interface StartOptions {
  readonly command: 'start' | 'demo'
  readonly config: Config
  readonly isJson: boolean
}

/** As sysexits(3) has them. */
const exitCodes = { done: 0, cannotStart: 69, fault: 70 } as const

export type NodeExit = (typeof exitCodes)[keyof typeof exitCodes]

/** Longer than every open command may take; then what still runs is cut. */
const stopTimeoutMs = 4_500

/** Runs until SIGINT or SIGTERM. @returns the exit code. */
export async function runNode({ command, config, isJson }: StartOptions): Promise<NodeExit> {
  const stop = Promise.withResolvers<string | undefined>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.resolve(undefined))
  if (cluster.isWorker) {
    await using _ = await startWorker({ config })
    await stop.promise
    return exitCodes.done
  }
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const onProgress = (what: string) => say(`… ${what}`)
  let people: readonly ReadyPerson[] = []
  let node: RunningNode
  try {
    node = await startNode({
      config,
      onProgress,
      clear: async (given) => {
        if (command === 'demo') await clearUnfinished(given, onProgress)
      },
      onFatal: stop.resolve,
      onStop: () => stop.resolve(undefined),
      prepare: async (platform, founding) => {
        if (command === 'demo') people = await fillDemo(platform, founding, onProgress)
      },
    })
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    say(`tamar: ${error.message}`)
    return exitCodes.cannotStart
  }
  await announce(node, { people, isJson, command })
  const why = await stop.promise
  if (why !== undefined) say(`tamar: ${why}`)
  setTimeout(() => process.exit(exitCodes.fault), stopTimeoutMs).unref()
  await node[Symbol.asyncDispose]()
  return why === undefined ? exitCodes.done : exitCodes.fault
}

async function announce(
  node: RunningNode,
  shown: {
    readonly people: readonly ReadyPerson[]
    readonly isJson: boolean
    readonly command: 'start' | 'demo'
  },
): Promise<void> {
  const { listeners, caPath, founding } = node
  const audit = node.platform.auditReach.local
  const isDemo = shown.command === 'demo'
  const link = isDemo ? undefined : await openLink(founding, listeners)
  const ready = { listeners, caPath, audit, founding: link, people: shown.people }
  const how =
    link === undefined
      ? ''
      : `. This platform is not founded yet. The founders enrol here:\n\n  ${link}\n`
  if (!isDemo) console.error(`tamar: ready${how}`)
  // Last, so that a program that reads it finds all that was said before.
  if (shown.isJson) console.log(formatReadyLine(ready))
  else if (isDemo) console.log(formatReadyTable(ready))
}

/** Undefined: the platform is founded, or nobody could open the link here. */
async function openLink(
  founding: RunningNode['founding'],
  { https }: RunningNode['listeners'],
): Promise<string | undefined> {
  if (https === undefined) return undefined
  const token = await founding.openToken()
  return token && `https://localhost:${https.port}/found?token=${token}`
}
