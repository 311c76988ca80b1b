/** `tamar verify`: walks what is kept and says line by line what it finds, as JSON lines. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../caller-of.ts'
import type { VerifyLine } from '../ports.ts'
import type { Service } from '../routes.ts'

export function streamVerify(api: FastifyInstance, service: Service): void {
  api.get('/verification', async (request, reply) => {
    const caller = await callerOf(service, request, 'platform.verify')
    caller.gate.permit('platform.verify', {})
    return reply.type('application/jsonl').send(Readable.from(writeLines(service.parts.verify())))
  })
}

async function* writeLines(lines: AsyncIterable<VerifyLine>): AsyncIterable<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}
