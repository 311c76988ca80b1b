/** `/found`: the page on which four founders enrol and sign. Works without script, and from curl. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { sendPage } from '../page.ts'
import { type Enrolment, type Founding, type FoundingFault, seats } from './port.ts'
import { makeFoundingPage, makeRefusedPage } from './view.ts'

const formType = 'application/x-www-form-urlencoded'
const token = z.string().min(1).max(128)
const line = z.string().max(256).default('')

const querySchema = z.object({ token })
const formSchema = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('enrol'),
    token,
    csrf: line,
    seat: z.enum(seats).optional(),
    nameEn: line,
    nameZh: line,
    signInName: line,
    passphrase: line,
    passphraseAgain: line,
  }),
  z.object({ act: z.literal('sign'), token, csrf: line, signInName: line, passphrase: line }),
])
type Form = z.infer<typeof formSchema>

export function addFoundingPage(app: FastifyInstance, founding: Founding): void {
  app.addContentTypeParser(
    formType,
    { parseAs: 'string' },
    async (_request: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
  )
  app.get('/found', async (request, reply) => {
    const query = querySchema.safeParse(request.query)
    return query.success ? show(founding, reply, query.data.token) : refuse(reply)
  })
  app.post('/found', async (request, reply) => {
    const form = formSchema.safeParse(request.body)
    // Another site's form cannot know the token; a browser that says so is refused anyway.
    const site = request.headers['sec-fetch-site']
    if (!form.success || site === 'cross-site' || !isOurs(form.data)) return refuse(reply)
    const fault = await act(founding, form.data)
    return show(founding, reply, form.data.token, { fault, entered: form.data })
  })
}

async function act(founding: Founding, form: Form): Promise<FoundingFault | undefined> {
  if (form.act === 'sign') return founding.sign(form.token, form.signInName, form.passphrase)
  if (form.seat === undefined) return 'seat-taken'
  if (form.passphrase !== form.passphraseAgain) return 'passphrases-differ'
  const enrolment: Enrolment = {
    seat: form.seat,
    nameEn: form.nameEn.trim(),
    nameZh: form.nameZh.trim(),
    signInName: form.signInName.trim().toLowerCase(),
    passphrase: form.passphrase,
  }
  return founding.enrol(form.token, enrolment)
}

async function show(
  founding: Founding,
  reply: FastifyReply,
  token: string,
  entry?: { readonly fault: FoundingFault | undefined; readonly entered: Form },
): Promise<FastifyReply> {
  const view = await founding.view(token)
  if (view === undefined) return refuse(reply)
  const page = makeFoundingPage({ view, token, csrf: makeCsrf(token), ...entry })
  return sendPage(reply, entry?.fault === undefined ? 200 : 422, page)
}

/** The same answer for a wrong link and for a founding that is over. */
function refuse(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, makeRefusedPage())
}

/** Computed from the token, so that every worker knows it and nobody without the link does. */
function makeCsrf(token: string): string {
  return createHmac('sha256', token).update('tamar founding form').digest('base64url')
}

function isOurs({ token, csrf }: Form): boolean {
  const expected = Buffer.from(makeCsrf(token))
  const given = Buffer.from(csrf)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
