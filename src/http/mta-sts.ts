/** `/.well-known/mta-sts.txt` under `mta-sts.` and a domain of ours. RFC 8461 §3.2, §3.3. */
import type { FastifyInstance } from 'fastify'

/** Undefined: not a domain of ours, or it says nothing. */
export type StsPolicyOf = (domain: string) => string | undefined

export function addStsPolicy(app: FastifyInstance, policyOf: StsPolicyOf): void {
  app.get('/.well-known/mta-sts.txt', async ({ headers }, reply) => {
    const name = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
    const text = name.startsWith('mta-sts.') ? policyOf(name.slice('mta-sts.'.length)) : undefined
    if (text === undefined) return reply.callNotFound()
    return reply.type('text/plain; charset=utf-8').send(text)
  })
}
