/** The seats of the founding and the roles that come with them; they never meet in one person. */
import type { Role } from './rules.ts'

export const seatRoles = {
  'administrator-1': ['central-administrator'],
  'administrator-2': ['central-administrator'],
  'security-officer': ['security-officer'],
  auditor: ['auditor', 'audit-authority'],
} as const satisfies Readonly<Record<string, readonly Role[]>>

export type SeatName = keyof typeof seatRoles

// The keys of the table, which TypeScript knows by their names.
export const seatNames = Object.keys(seatRoles) as readonly SeatName[]
