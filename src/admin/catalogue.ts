/** Every verb that is served, in the order of the document. */
import { addressVerbs } from './address/verbs.ts'
import { appPasswordVerbs } from './app-password/verbs.ts'
import { certificateVerbs } from './certificate/verbs.ts'
import { consentVerbs } from './approval/consents.ts'
import { approvalVerbs } from './approval/verbs.ts'
import { departmentVerbs } from './department/verbs.ts'
import { backupVerbs } from './backup/verbs.ts'
import { batchVerbs } from './batch/verbs.ts'
import { delegationVerbs } from './delegation/verbs.ts'
import { drillVerbs } from './drill/verbs.ts'
import { domainVerbs } from './domain/verbs.ts'
import { holdVerbs } from './hold/verbs.ts'
import { keyVerbs } from './key/verbs.ts'
import { enrolmentVerbs } from './enrolment/verbs.ts'
import { examinationVerbs } from './examination/verbs.ts'
import { ledgerVerbs } from './ledger/verbs.ts'
import { listVerbs } from './list/verbs.ts'
import { passwordVerbs } from './password/verbs.ts'
import { personVerbs } from './person/verbs.ts'
import { platformVerbs } from './platform/verbs.ts'
import { policyVerbs } from './policy/verbs.ts'
import { postVerbs } from './post/verbs.ts'
import { queueVerbs } from './queue/verbs.ts'
import { quotaVerbs } from './quota/verbs.ts'
import { removalVerbs } from './removal/verbs.ts'
import { filterVerbs } from './filter/verbs.ts'
import { redirectVerbs } from './redirect/verbs.ts'
import { reportVerbs } from './report/verbs.ts'
import { roleVerbs } from './role/verbs.ts'
import { searchVerbs } from './search/verbs.ts'
import { seatVerbs } from './seat/verbs.ts'
import { sessionVerbs } from './session/verbs.ts'
import { sharedVerbs } from './shared/verbs.ts'
import { heldVerbs } from './held/verbs.ts'
import { moderationVerbs } from './moderation/verbs.ts'
import { nodeVerbs } from './node/verbs.ts'
import { taskVerbs } from './task/verbs.ts'
import { traceVerbs } from './trace/verbs.ts'
import type { Verb } from './verb.ts'

export const catalogue: readonly Verb[] = [
  ...sessionVerbs,
  ...departmentVerbs,
  ...domainVerbs,
  ...personVerbs,
  ...batchVerbs,
  ...passwordVerbs,
  ...appPasswordVerbs,
  ...nodeVerbs,
  ...taskVerbs,
  ...redirectVerbs,
  ...filterVerbs,
  ...holdVerbs,
  ...policyVerbs,
  ...postVerbs,
  ...sharedVerbs,
  ...listVerbs,
  ...moderationVerbs,
  ...heldVerbs,
  ...addressVerbs,
  ...removalVerbs,
  ...quotaVerbs,
  ...roleVerbs,
  ...seatVerbs,
  ...delegationVerbs,
  ...approvalVerbs,
  ...consentVerbs,
  ...enrolmentVerbs,
  ...examinationVerbs,
  ...ledgerVerbs,
  ...traceVerbs,
  ...keyVerbs,
  ...searchVerbs,
  ...queueVerbs,
  ...reportVerbs,
  ...platformVerbs,
  ...certificateVerbs,
  ...backupVerbs,
  ...drillVerbs,
]
