/** `tamar certificate …`: what the node shows to who connects, and the one after it. */
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { CommandFault } from '../command-fault.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { field, moment, shortMoment, textOf, textsOf } from '../output.ts'

const requestSchema = z.object({ request: z.string() })
const viewSchema = z.object({ names: z.array(z.string()), notAfter: z.number() })

export function addCertificate(program: Command, contextOf: ContextOf): void {
  const noun = program.command('certificate').description('the certificate of the node')
  define(noun, contextOf, {
    grammar: 'show',
    about: 'show the certificate of the node that answers',
    run: async ({ client, output }) =>
      output.table(
        await client().all('certificates'),
        [
          field('node', 'id'),
          ['names', ({ names }) => textsOf(names).join(' ')],
          field('issuer', 'issuer'),
          moment('ends', 'notAfter'),
          ['renewed', ({ isGiven }) => (isGiven === true ? 'by you' : 'by itself')],
          field('tlsa', 'tlsa'),
          field('next', 'nextTlsa'),
        ],
        'No node answers.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'request',
    about: 'ask for the next certificate; its private key is made on the node and stays there',
    options: [['--out <file>', 'where the request (PKCS #10, PEM) goes; else it is shown']],
    run: async ({ client, output }, { options }) => {
      const answer = await client().post('certificates/request', {})
      const { request } = requestSchema.parse(answer)
      const file = textOf(options['out'])
      if (file === undefined) return output.say(request.trimEnd(), answer)
      writeFileSync(file, request)
      output.say(`Take ${file} to the authority; then: tamar certificate install`, answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'install <file>',
    about: 'put a certificate and its issuers (PEM) in the place of the present one',
    run: async ({ client, output }, { args: [file = ''] }) => {
      const chain = await readChain(file)
      const answer = await client().put('certificates/current', { chain })
      const { names, notAfter } = viewSchema.parse(answer)
      output.say(`In use for ${names.join(', ')} until ${shortMoment(notAfter)}.`, answer)
    },
  })
}

async function readChain(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CommandFault(`The file ${file} cannot be read.`, exitCodes.usage, { cause: error })
  }
}
