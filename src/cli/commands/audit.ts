/**
 * `tamar audit …`: the processes of the audit trail and what their operators do. They run on other
 * machines than the nodes, need no database and no key of the platform.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { StartFault } from '../../app/start-fault.ts'
import { isRefusal } from '../../base/refusal.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, listOf, nounOf } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'

const serveOptions = [
  ['--listen <place>', 'address and port'],
  ['--hostnames <list>', 'names and addresses it is reached by'],
  ['--name <name>', 'the name in its key, such as audit.gov.example'],
] as const

export function addAudit(program: Command, contextOf: ContextOf): void {
  const audit = nounOf(program, 'audit', 'the audit trail')
  addProcesses(audit, contextOf)
  addCredentials(audit, contextOf)
  addReading(audit, contextOf)
  addResolving(audit, contextOf)
  addDropping(audit, contextOf)
}

function addProcesses(audit: Command, contextOf: ContextOf): void {
  define(audit, contextOf, {
    grammar: 'serve',
    about: 'run the audit process in the foreground, on --data of its own',
    options: [
      ...serveOptions,
      ['--witnesses <list>', 'cards of witnesses, as files'],
      ['--quorum <number>', 'how many witnesses must sign; all of them unless said'],
      ['--heads <file>', 'a file elsewhere that heads are added to'],
      ['--alert-webhook <url>', 'where alerts are posted'],
      ['--alert-mail <place>', 'the mail server that takes alerts, such as mail.gov.example:25'],
      ['--alert-mail-ca <file>', 'the authority of its certificate, PEM'],
      ['--alert-from <address>', 'who alerts come from'],
      ['--alert-to <list>', 'the security officers who get them'],
      ['--office-hours <hours>', 'when privileges are used as a matter of course: 8-20'],
      ['--local-credential <file>', 'for a node that runs its own: where its credential is put'],
    ],
    run: async (context, { options }) => {
      const [{ serveAudit }, config] = await Promise.all([
        import('../../app/audit/serve.ts'),
        readConfig(context, options),
      ])
      const local = options['localCredential']
      const localCredential = typeof local === 'string' ? local : undefined
      await said(serveAudit({ data: dataOf(context), config, localCredential }))
    },
  })
  define(audit, contextOf, {
    grammar: 'witness',
    about: 'run a witness in the foreground, on --data of its own',
    options: [...serveOptions, ['--logs <list>', 'public keys of the logs it watches, as files']],
    run: async (context, { options }) => {
      const [{ serveWitness }, config] = await Promise.all([
        import('../../app/audit/serve-witness.ts'),
        readConfig(context, options),
      ])
      await said(serveWitness(dataOf(context), config))
    },
  })
}

function addCredentials(audit: Command, contextOf: ContextOf): void {
  define(audit, contextOf, {
    grammar: 'auditors-key <public> <private>',
    about: 'make the key that names are sealed to; the auditors keep the private file',
    run: async ({ output }, { args: [publicPath = '', privatePath = ''] }) => {
      const { makeAuditorsKey } = await import('../../audit/server/audit-folder.ts')
      await makeAuditorsKey(publicPath, privatePath)
      output.say(
        `The private key is at ${privatePath}: for the auditors alone. The public one, ` +
          `${publicPath}, goes to the audit process as auditors.pem.`,
        { publicPath, privatePath },
      )
    },
  })
  define(audit, contextOf, {
    grammar: 'enrol <name> <file>',
    about: 'make a credential for a node, an auditor or an operator; the process may run',
    options: [['--as <role>', 'node, auditor or operator', 'node']],
    run: async (context, { args: [name = '', file = ''], options }) => {
      const { enrolAt } = await import('../../app/audit/enrol.ts')
      await said(enrolAt(dataOf(context), name, String(options['as']), file))
      context.output.say(`The credential of ${name} is at ${file}: carry it there safely.`, {
        name,
        file,
      })
    },
  })
  define(audit, contextOf, {
    grammar: 'revoke <name>',
    about: 'end a credential at once',
    run: async (context, { args: [name = ''] }) => {
      const { revoke } = await import('../../audit/server/enrolment.ts')
      const was = await revoke(join(dataOf(context), 'enrolled'), name)
      if (!was) throw new CommandFault(`Nobody is enrolled as ${name}.`, exitCodes.refused)
      context.output.say(`${name} is no longer let in.`, { name })
    },
  })
}

function addReading(audit: Command, contextOf: ContextOf): void {
  const from = {
    required: [['--credential <file>', 'an auditor’s or operator’s credential']],
    options: [['--url <url>', 'the audit process elsewhere; without it the one of --data']],
  } as const
  define(audit, contextOf, {
    grammar: 'status',
    about: 'how far the log is sealed and cosigned, and each node’s chain',
    ...from,
    run: async (context, { options }) => {
      const { auditStatus } = await import('../../app/audit/read-audit.ts')
      const status = await said(auditStatus(urlOf(context, options), credentialOf(options)))
      const chains = status.chains.map(({ node, seq }) => `  ${node}: up to ${seq}`)
      const { origin, size, publishedSize } = status
      const line = `${origin}: ${size} entries sealed, ${publishedSize} of them cosigned.`
      context.output.say([line, ...chains].join('\n'), status)
    },
  })
  define(audit, contextOf, {
    grammar: 'export <folder>',
    about: 'copy the cosigned log and its sealed names, for "tamar verify-audit"',
    ...from,
    run: async (context, { args: [folder = ''], options }) => {
      const { exportAudit } = await import('../../app/audit/read-audit.ts')
      const progress = context.progress()
      const told = (done: number, of: number) => progress.at('entries', done, of)
      const url = urlOf(context, options)
      const exported = await said(exportAudit(url, credentialOf(options), folder, told)).finally(
        () => progress.end(),
      )
      const { entries, boxes } = exported
      context.output.say(
        `${entries} entries and ${boxes} boxes of names are in ${folder}.`,
        exported,
      )
    },
  })
}

function addResolving(audit: Command, contextOf: ContextOf): void {
  define(audit, contextOf, {
    grammar: 'resolve <pseudonym...>',
    about: 'whom pseudonyms stand for: for auditors, in a case; the log has it first',
    required: [
      ['--export <folder>', 'an export with its sealed names'],
      ['--key <file>', 'the auditors’ private key'],
      ['--case <number>', 'the case it is for'],
      ['--approved-by <who>', 'who of the directorate approved, and the reference of it'],
      ['--credential <file>', 'an auditor’s credential for the audit process'],
    ],
    options: [['--url <url>', 'the audit process elsewhere; without it the one of --data']],
    run: async (context, { args, options }) => {
      const { resolveNames } = await import('../../app/audit/resolve.ts')
      const resolved = await said(
        resolveNames({
          url: urlOf(context, options),
          credentialPath: credentialOf(options),
          exportFolder: String(options['export']),
          keyPath: String(options['key']),
          pseudonyms: args,
          ticket: String(options['case']),
          approvedBy: String(options['approvedBy']),
        }),
      )
      const { seq, names, unknown } = resolved
      const lines = [
        ...names.map(({ pseudonym, value, known }) =>
          [pseudonym, value, ...(known === undefined ? [] : [known])].join('  '),
        ),
        ...unknown.map((pseudonym) => `${pseudonym}  not in this export`),
        `This look-up is entry ${seq} of the audit process’s own chain.`,
      ]
      context.output.say(lines.join('\n'), resolved)
    },
  })
}

function urlOf(context: Context, options: Readonly<Record<string, unknown>>): string {
  const { url } = options
  if (typeof url === 'string') return url
  const path = join(dataOf(context), 'address')
  if (existsSync(path)) return readFileSync(path, 'utf8')
  throw new CommandFault(`No audit process has served on ${dataOf(context)}.`, exitCodes.usage)
}

function addDropping(audit: Command, contextOf: ContextOf): void {
  define(audit, contextOf, {
    grammar: 'drop-shipped',
    about: 'drop days of the outbox that a cosigned checkpoint proves; a node cannot',
    required: [
      [
        '--database <url>',
        'with a login that may become tamar_audit_drop; PGPASSWORD has its word',
      ],
      ['--url <url>', 'the audit process'],
      ['--credential <file>', 'any credential for it'],
      ['--key <file>', 'the public key of the log'],
      ['--witness <list>', 'public keys of the witnesses that must have signed, as files'],
    ],
    run: async (context, { options }) => {
      const [{ dropProven }, { openAuditPlace }] = await Promise.all([
        import('../../app/audit/drop.ts'),
        import('../../app/audit/audit-place.ts'),
      ])
      const reach = {
        url: String(options['url']),
        credentialPath: credentialOf(options),
        local: undefined,
      }
      const { days, kept } = await said(
        Promise.resolve().then(() =>
          dropProven({
            connection: { url: String(options['database']) },
            place: openAuditPlace(reach),
            logKeyPath: String(options['key']),
            witnessKeyPaths: listOf(options['witness']) ?? [],
          }),
        ),
      )
      const left = kept.map(({ day, node }) => `  day ${day} stays: ${node} is not proven`)
      context.output.say([`${days.length} days dropped.`, ...left].join('\n'), { days, kept })
    },
  })
}

function credentialOf(options: Readonly<Record<string, unknown>>): string {
  return String(options['credential'])
}

async function readConfig(context: Context, options: Readonly<Record<string, unknown>>) {
  const { readServeConfig } = await import('../../app/audit/serve-config.ts')
  return said(Promise.resolve().then(() => readServeConfig(context.options.config, options)))
}

/** Never a default: a node's folder would be the wrong one. */
function dataOf({ options }: Context): string {
  if (options.data !== undefined) return options.data
  throw new CommandFault('Say --data: the folder of the audit process or witness.', exitCodes.usage)
}

/** What an operator can mend is one line, not a stack. */
async function said<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StartFault)
      throw new CommandFault(error.message, exitCodes.unavailable, { cause: error })
    if (isRefusal(error, 'audit-unavailable'))
      throw new CommandFault('The audit process does not answer.', exitCodes.tryAgain, {
        cause: error,
      })
    throw error
  }
}
