/** `tamar verify`: walks what is kept and says line by line what it finds, as JSON lines. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { AdminPorts, VerifyLine } from '../ports.ts'

export function streamVerify(app: FastifyInstance, ports: AdminPorts): void {
  app.get('/v1/platform/verify', async (_request, reply) => {
    ports.gate.permit('platform.operate', {})
    return reply.type('application/jsonl').send(Readable.from(writeLines(ports.verify())))
  })
}

async function* writeLines(lines: AsyncIterable<VerifyLine>): AsyncIterable<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}
