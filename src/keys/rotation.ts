/** The rotations, plugged together: each verb is a file of its own. */
import type { AccountId } from '../base/id.ts'
import type { KeyParts } from './account-keys.ts'
import type { PlatformKeys } from './platform.ts'
import { retireEpoch } from './retire-epoch.ts'
import { rotateAccount } from './rotate-account.ts'
import { rotateDepartment } from './rotate-department.ts'
import { rotateMaster } from './rotate-master.ts'
import { listEpochsBefore } from './rotation-rows.ts'
import { epochOf, type KeyRotation } from './types.ts'

export interface RotationParts extends KeyParts {
  readonly platform: PlatformKeys
  /** The account is opened anew when it is next asked for on this node. */
  readonly forget: (id: AccountId) => void
}

export function createRotation(parts: RotationParts): KeyRotation {
  return {
    rotateMaster: (told) => rotateMaster(parts.ground, told),
    rotateDepartment: (id, told) => rotateDepartment(parts, id, told),
    rotateAccount: (id) => rotateAccount(parts, id),
    rotatePlatform: (purpose) => parts.platform.rotate(purpose),
    epochsBefore: (at, limit) => listEpochsBefore(parts.ground.database, epochOf(at), limit),
    retireEpoch: (id, epoch, uses) => retireEpoch(parts, { id, epoch, uses }),
  }
}
