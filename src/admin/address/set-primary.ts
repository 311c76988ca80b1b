/** Which of somebody's addresses is the first; the one before becomes an alias. */
import { z } from 'zod'
import { setPrimaryAddress } from '../../directory/write/set-primary-address.ts'
import { ref } from '../fields.ts'
import { getTarget } from '../find.ts'
import { changing, write } from '../verb.ts'

export const setPrimary = changing({
  id: 'addresses.set-primary',
  method: 'PUT',
  path: '/addresses/{address}/primary',
  act: 'address.set-primary',
  summary: 'Makes an alias the primary address; the one before becomes an alias.',
  input: z.object({ address: ref('The address') }),
  output: z.strictObject({ address: z.string() }),
  example: { address: 'tm.chan@td.example' },
  run: async (ports, { address }) => {
    // Another department's alias is nobody's for this caller.
    getTarget(ports.directory, address)
    return {
      address: await write(ports, (tx) => setPrimaryAddress(tx, ports.writing, { address })),
    }
  },
})
