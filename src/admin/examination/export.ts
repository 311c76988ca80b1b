/** An account as one mbox file, for the person it was approved for. RFC 4155. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { beginExport } from '../../approval/export/begin-export.ts'
import { formatMbox, type ExportedMessage } from '../../approval/export/mbox.ts'
import { Refusal } from '../../base/refusal.ts'
import { callerOf } from '../caller-of.ts'
import { isId } from '../find.ts'
import type { Service } from '../routes.ts'

export function streamExport(api: FastifyInstance, service: Service): void {
  api.get<{ Params: { opened: string } }>('/examinations/:opened/mbox', async (request, reply) => {
    const { personId: principalId, sessionId } = await callerOf(service, request, 'signed-in')
    const { approvals, ledger, exportMail } = service.parts
    const { opened } = request.params
    if (principalId === undefined || !isId(opened))
      throw new Refusal('not-found', { message: 'Nothing of this id is open to you.' })
    const actor = { principalId, ...(sessionId === undefined ? {} : { sessionId }) }
    const accountId = await beginExport({ parts: approvals.parts, ledger }, actor, {
      id: opened,
      event: 'export',
    })
    return reply.type('application/mbox').send(Readable.from(write(exportMail(accountId))))
  })
}

async function* write(messages: AsyncIterable<ExportedMessage>): AsyncIterable<Buffer> {
  for await (const message of messages) yield formatMbox(message)
}
