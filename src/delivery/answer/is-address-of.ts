/** Whether mail to the address comes into the account. */
import type { DirectoryPort } from '../ports.ts'

export function isAddressOf(
  directory: Pick<DirectoryPort, 'findAddress'>,
  accountId: string,
  address: string,
): boolean {
  const found = directory.findAddress(address)
  return found?.kind === 'account' && found.accountId === accountId
}
