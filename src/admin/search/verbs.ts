/**
 * What is packed for search is built anew, of one account or of all: for an operator who doubts it. He
 * sees counts alone. An entry says that it began, another how it ended.
 */
import { z } from 'zod'
import type { AskedOfDirectory } from '../../directory/write/writing.ts'
import { begunAndEnded } from '../begun-and-ended.ts'
import { ref } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { getAccount } from '../quota/verbs.ts'
import { changing, type Verb } from '../verb.ts'

const act = 'search.rebuild'
const packed = z.strictObject({
  /** Messages that are packed now; those of the last ten minutes follow by themselves. */
  messages: z.int(),
})

const account = changing({
  id: 'search.rebuild',
  path: '/search/accounts/{address}/rebuilding',
  act,
  summary:
    'Packs the texts of an account for search anew; until then its messages are read singly.',
  input: z.object({ address: ref('The address') }),
  output: packed,
  example: { messages: 40_112 },
  hasProgress: true,
  run: (ports, { address }) => {
    const object = getAccount(ports, address)
    const work = () => ports.search.rebuildSearch(object.accountId, ports.onProgress)
    return rebuild(ports, object, work)
  },
})

const all = changing({
  id: 'search.rebuild-all',
  path: '/search/rebuilding',
  act,
  summary: 'Packs the texts of all accounts for search anew, one account after the other.',
  input: z.object({}),
  output: packed,
  example: { messages: 4_011_200 },
  hasProgress: true,
  run: (ports) => rebuild(ports, {}, () => ports.search.rebuildAllSearch(ports.onProgress)),
})

async function rebuild(
  ports: AdminPorts,
  object: AskedOfDirectory['object'],
  work: () => Promise<number>,
): Promise<z.input<typeof packed>> {
  return { messages: await begunAndEnded(ports, act, object, work) }
}

export const searchVerbs: readonly Verb[] = [account, all]
