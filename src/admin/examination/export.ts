/** An account as one mbox file, for the person it was approved for. RFC 4155. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { beginExport } from '../../approval/export/begin-export.ts'
import { formatMbox, type ExportedMessage } from '../../approval/export/mbox.ts'
import { Refusal } from '../../base/refusal.ts'
import { callerOf } from '../caller-of.ts'
import { TaskCancelled } from '../task/task-cancelled.ts'
import type { RunningTask } from '../task/run-task.ts'
import { isId } from '../find.ts'
import type { Service } from '../routes.ts'

export function streamExport(api: FastifyInstance, service: Service): void {
  api.get<{ Params: { opened: string } }>('/examinations/:opened/mbox', async (request, reply) => {
    const caller = await callerOf(service, request, 'signed-in')
    const { personId: principalId, sessionId } = caller
    const { approvals, ledger, exportMail } = service.parts
    const { opened } = request.params
    if (principalId === undefined || !isId(opened))
      throw new Refusal('not-found', { message: 'Nothing of this id is open to you.' })
    const actor = { principalId, ...(sessionId === undefined ? {} : { sessionId }) }
    const accountId = await beginExport({ parts: approvals.parts, ledger }, actor, {
      id: opened,
      event: 'export',
    })
    const task = await service.tasks.begin({ id: 'examinations.export', isSecret: true }, caller)
    const octets = write(service, task, exportMail(accountId))
    return reply.type('application/mbox').send(Readable.from(octets))
  })
}

/** A task as long as somebody takes what comes; cancelled, the file ends in the middle. */
async function* write(
  { log }: Service,
  task: RunningTask,
  messages: AsyncIterable<ExportedMessage>,
): AsyncIterable<Buffer> {
  const ended = Promise.withResolvers<void>()
  task
    .finish(() => ended.promise)
    .catch((error: unknown) => {
      if (!(error instanceof TaskCancelled)) log.error('an export failed', error, { door: 'admin' })
    })
  let done = 0
  try {
    for await (const message of messages) {
      task.onProgress(++done, 0)
      yield formatMbox(message)
    }
    ended.resolve()
  } catch (error) {
    ended.reject(error)
    throw error
  } finally {
    // Who took it went away before the end.
    ended.reject(new TaskCancelled())
  }
}
