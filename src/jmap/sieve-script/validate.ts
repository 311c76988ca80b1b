/** SieveScript/validate: whether a script could be kept; nothing is. RFC 9661 §2.6. */
import { sieveCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { MethodError, SetRefusal, type SetError } from '../core/method-error.ts'
import type { Account } from '../core/account.ts'
import { readScript } from './content.ts'
import { scriptAccountOf } from './script.ts'

export const sieveScriptValidate: Method = {
  capability: sieveCapability,
  async run(call) {
    const account = scriptAccountOf(call)
    const blobId = call.args.id('blobId')
    call.args.end()
    return { accountId: account.id, error: await faultOf(account, blobId) }
  },
}

async function faultOf(account: Account, blobId: string): Promise<SetError | null> {
  try {
    await readScript(account, blobId)
    return null
  } catch (error) {
    if (!(error instanceof SetRefusal)) throw error
    if (error.error.type === 'blobNotFound') throw new MethodError('blobNotFound')
    return error.error
  }
}
