/** `start` and `demo`: a node in the foreground until it is told to stop. */
import cluster from 'node:cluster'
import type { Config } from './config.ts'
import { fillDemo } from './demo/fill.ts'
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
  let people: readonly ReadyPerson[] = []
  let node: RunningNode
  try {
    node = await startNode({
      config,
      onProgress: (what) => say(`… ${what}`),
      onFatal: stop.resolve,
      prepare: async (platform, founding) => {
        if (command === 'demo')
          people = await fillDemo(platform, founding, (what) => say(`… ${what}`))
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
  const ready = { listeners, caPath, audit, people: shown.people }
  if (shown.isJson) console.log(formatReadyLine(ready))
  else if (shown.command === 'demo') console.log(formatReadyTable(ready))
  if (shown.command === 'demo' || listeners.https === undefined) return
  const token = await founding.openToken()
  if (token === undefined) return console.error('tamar: ready')
  const link = `https://localhost:${listeners.https.port}/found?token=${token}`
  console.error(
    `tamar: ready. This platform is not founded yet. The founders enrol here:\n\n  ${link}\n`,
  )
}
