/** Plugs approvals into the platform: what is asked of the gate, and what is done at the last yes. */
import type { Approvals } from '../approval/approvals.ts'
import { createApprovals } from '../approval/create-approvals.ts'
import { executors } from '../approval/executors/executors.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { Platform } from './platform.ts'

type Parts = Pick<Platform, 'ground' | 'clock' | 'directory' | 'audit' | 'access' | 'store'>

export async function openApprovals(parts: Parts, writing: Writing): Promise<Approvals> {
  const { ground, clock, directory, audit, access } = parts
  const { database, keys } = ground
  const approvals = await createApprovals({
    database,
    keys,
    clock,
    directory,
    audit,
    writing,
    executors: executors(access),
    refreshed: async () => {
      await directory.refresh()
      await access.refresh()
    },
  })
  access.useApprovals(approvals)
  access.useOpened(approvals)
  return approvals
}
