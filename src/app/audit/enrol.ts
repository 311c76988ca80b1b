/** Makes a credential in the folder of an audit process, which may run meanwhile. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { credentialRoles, enrol } from '../../audit/server/enrolment.ts'
import { systemClock } from '../../base/clock.ts'
import { StartFault } from '../start-fault.ts'

/** @throws StartFault */
export async function enrolAt(
  data: string,
  name: string,
  asked: string,
  file: string,
): Promise<void> {
  const role = credentialRoles.find((each) => each === asked)
  if (role === undefined)
    throw new StartFault(`"${asked}" is no role: ${credentialRoles.join(', ')} are.`)
  const certificates = join(data, 'tls')
  if (!existsSync(join(certificates, 'ca.pem')))
    throw new StartFault(`No audit process has run on ${data} yet: start it once first.`)
  if (existsSync(file)) throw new StartFault(`${file} exists already and is left as it is.`)
  const credential = await enrol({
    enrolledFolder: join(data, 'enrolled'),
    certificates,
    auditorsKeyPath: join(data, 'auditors.pem'),
    name,
    role,
    clock: systemClock,
  })
  writeFileSync(file, credential, { mode: 0o600, flag: 'wx' })
}
