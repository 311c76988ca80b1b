/** The whole grammar of `tamar`, and how every ending is said. */
import { Command, CommanderError } from 'commander'
import { isRefusal } from '../base/refusal.ts'
import { CommandFault } from './command-fault.ts'
import { addAddress } from './commands/address.ts'
import { addAudit } from './commands/audit.ts'
import { addApproval, addConsent } from './commands/approval.ts'
import { addBackups, addDrill } from './commands/backups.ts'
import { addBatch } from './commands/batch.ts'
import { addBeforePlatform } from './commands/before-platform.ts'
import { addCertificate } from './commands/certificate.ts'
import { addCompletion } from './commands/completion.ts'
import { addDepartment, addDomain } from './commands/department.ts'
import { addKeyRotation } from './commands/key.ts'
import { addEnrolment } from './commands/enrol.ts'
import { addExamination, addLedger } from './commands/examination.ts'
import { addList } from './commands/list.ts'
import { addAppPassword, addPassword, addSecondFactor } from './commands/password.ts'
import { addPerson } from './commands/person.ts'
import { addPlatform } from './commands/platform.ts'
import { addPost } from './commands/post.ts'
import { addQueue } from './commands/queue.ts'
import { addHold } from './commands/hold.ts'
import { addHeld } from './commands/held.ts'
import { addModeration } from './commands/moderation.ts'
import { addNode } from './commands/node.ts'
import { addPolicy } from './commands/policy.ts'
import { addFilter } from './commands/filter.ts'
import { addRedirect } from './commands/redirect.ts'
import { addQuota } from './commands/quota.ts'
import { addReport } from './commands/report.ts'
import { addRecovery } from './commands/recovery.ts'
import { addFounder } from './commands/founder.ts'
import { addDelegation, addRole } from './commands/role.ts'
import { addSearch } from './commands/search.ts'
import { addSession } from './commands/session.ts'
import { addShared } from './commands/shared.ts'
import { addTask } from './commands/task.ts'
import { addTrace } from './commands/trace.ts'
import { addVerifyAudit } from './commands/verify-audit.ts'
import { contextMaker } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandLinePorts } from './ports.ts'

/** @returns the exit code; faults have been said. */
export async function runProgram(
  args: readonly string[],
  ports: CommandLinePorts,
  version: string,
): Promise<number> {
  try {
    await createProgram(ports, version).parseAsync([...args], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    return sayEnd(error, ports)
  }
}

function createProgram(ports: CommandLinePorts, version: string): Command {
  const { output, errors } = ports.streams
  const program = new Command('tamar')
    .description('mail for every department, run by people who cannot read it')
    .version(version)
    .option('--data <folder>', 'the data directory of the node')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'answer with JSON, for programs')
    .option('--server <url>', 'a node elsewhere, https://name:port; sign in first: tamar login')
    .option('--ca <file>', 'the authority that signs the certificate of --server')
    .option('--reason <text>', 'why: for the audit trail, and to ask for an approval')
    .option('--ticket <number>', 'the case or ticket it belongs to')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .showHelpAfterError('Say --help for the grammar.')
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void errors.write(text),
    })
  // Inherited by the commands that follow.
  program.exitOverride()
  const contextOf = contextMaker(ports)
  addBeforePlatform(program, contextOf)
  addRecovery(program, contextOf)
  addAudit(program, contextOf)
  addVerifyAudit(program, contextOf)
  addSession(program, contextOf)
  addPlatform(program, contextOf)
  addQueue(program, contextOf)
  addReport(program, contextOf)
  addTrace(program, contextOf)
  addApproval(program, contextOf)
  addConsent(program, contextOf)
  addExamination(program, contextOf)
  addLedger(program, contextOf)
  addDepartment(program, contextOf)
  addDomain(program, contextOf)
  addPerson(program, contextOf)
  addBatch(program, contextOf)
  addPost(program, contextOf)
  addShared(program, contextOf)
  addList(program, contextOf)
  addModeration(program, contextOf)
  addHeld(program, contextOf)
  addAddress(program, contextOf)
  addNode(program, contextOf)
  addTask(program, contextOf)
  addRedirect(program, contextOf)
  addFilter(program, contextOf)
  addHold(program, contextOf)
  addPolicy(program, contextOf)
  addQuota(program, contextOf)
  addCertificate(program, contextOf)
  addBackups(program, contextOf)
  addDrill(program, contextOf)
  addKeyRotation(program, contextOf)
  addSearch(program, contextOf)
  addFounder(program, contextOf)
  addRole(program, contextOf)
  addDelegation(program, contextOf)
  addPassword(program, contextOf)
  addEnrolment(program, contextOf)
  addAppPassword(program, contextOf)
  addSecondFactor(program, contextOf)
  addCompletion(program, contextOf)
  return program
}

function sayEnd(error: unknown, { streams }: CommandLinePorts): number {
  // Commander has said its own, help and version included.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof CommandFault) {
    if (error.message !== '') streams.errors.write(`tamar: ${error.message}\n`)
    return error.exitCode
  }
  if (isRefusal(error)) {
    const message = error.facts['message'] ?? error.facts['what']
    streams.errors.write(`tamar: ${typeof message === 'string' ? message : error.code}\n`)
    return exitCodes.refused
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  streams.errors.write(`tamar: a fault of Tamar itself; please report it.\n${text}\n`)
  return exitCodes.fault
}
