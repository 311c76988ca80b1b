/** Rspamd's controller over HTTP: what a reader took for spam, or not, for its statistics. */
import { Agent } from 'node:http'
import { lessonsAtOnce } from './limits.ts'
import { postToRspamd } from './rspamd-post.ts'
import { Turns } from './turns.ts'
import type { Lesson, OnAway, SpamTeacher } from './types.ts'

const paths: Readonly<Record<Lesson, string>> = { spam: '/learnspam', ham: '/learnham' }

/** It knows this message already (208; 404 in releases before 3.5), or it has too few words (204). */
const nothingNew: ReadonlySet<number> = new Set([204, 208, 404])

export function createRspamdTeacher(url: string, onAway: OnAway): SpamTeacher & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: lessonsAtOnce })
  const turns = new Turns(lessonsAtOnce)
  return {
    teach: (message, lesson) =>
      turns.take(async () => {
        try {
          const { status } = await postToRspamd(new URL(paths[lesson], url), agent, message)
          if (status !== 200 && !nothingNew.has(status)) throw new Error(`rspamd said ${status}`)
        } catch (error) {
          onAway('rspamd controller', error)
        }
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
