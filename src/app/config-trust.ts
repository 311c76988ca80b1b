/** The keys of `[trust]`: whom this node asks about mail of other systems, and whom it believes. */
import { z } from 'zod'
import { parseAddressList } from './address-list.ts'
import { keyDocs, listFromCommas } from './config-docs.ts'
import { parseEndpoint } from './endpoint.ts'

const domainPattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i
const loopback = ['127.0.0.1', '::1']

function domains(about: string) {
  const list = z.array(z.string().regex(domainPattern)).default([])
  return z.preprocess(listFromCommas, list).register(keyDocs, {
    about,
    allowed: 'domain names such as lists.gov.example',
    initially: 'none',
  })
}

export const trustSchema = z
  .strictObject({
    relays: z
      .preprocess(
        listFromCommas,
        z
          .array(z.string())
          .refine((texts) => parseAddressList(texts) !== undefined)
          .default(loopback),
      )
      .register(keyDocs, {
        about:
          'Systems of ours that hand mail over on port 25: who they say sent it is believed, ' +
          'addresses of ours too. What is in it is looked at all the same.',
        allowed: 'addresses or networks such as 127.0.0.1, 10.1.0.0/16 or fd00::/8',
        initially: loopback.join(', '),
      }),
    authservId: z.string().regex(domainPattern).optional().register(keyDocs, {
      about:
        'The name in Authentication-Results. Say the same on every node: what others write under it is taken out.',
      allowed: 'a domain name such as mail.gov.example',
      initially: '`hostname`',
    }),
    blockLists: domains('Lists of bad peers in DNS; one that names a peer has its mail refused.'),
    sealers: domains('Forwarders whose word about a sender is believed (ARC).'),
    clamav: z
      .string()
      .refine((text) => text.startsWith('/') || parseEndpoint(text) !== undefined)
      .optional()
      .register(keyDocs, {
        about: 'Where clamd of ClamAV listens; every message is shown to it.',
        allowed: 'the path of its socket, or an address with a port such as 127.0.0.1:3310',
        initially: 'none: nothing is looked through for viruses',
      }),
    rspamd: z
      .string()
      .regex(/^http:\/\/[^\s/]+$/)
      .optional()
      .register(keyDocs, {
        about: 'Where Rspamd listens; mail of other systems is shown to it.',
        allowed: 'a URL such as http://127.0.0.1:11333',
        initially: 'none: nothing is looked through for spam',
      }),
    rspamdController: z
      .string()
      .regex(/^http:\/\/[^\s/]+$/)
      .optional()
      .register(keyDocs, {
        about:
          'Where the controller of Rspamd listens; what users move into Junk, or out of it, teaches its statistics.',
        allowed: 'a URL such as http://127.0.0.1:11334',
        initially: 'none: nothing is taught',
      }),
    resolvers: z
      .preprocess(listFromCommas, z.array(z.string().regex(/^[0-9a-f.:[\]]+$/i)).default([]))
      .register(keyDocs, {
        about: 'The name servers asked about senders.',
        allowed: 'addresses, with a port where it is not 53',
        initially: 'those of the machine',
      }),
  })
  .prefault({})
