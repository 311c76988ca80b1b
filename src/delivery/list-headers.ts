/** The fields a list adds. RFC 2919 (List-Id), RFC 2369 (List-Post, List-Owner), RFC 6068. */
import type { DistributionList } from '../directory/types.ts'
import { domainOf } from './address.ts'

/** In angle brackets or not, the same for ever: the local part when it can stand there. */
export function listIdOf(list: DistributionList): string {
  const local = list.address.slice(0, list.address.lastIndexOf('@')).toLowerCase()
  const label = dotAtom.test(local) ? local : list.id
  return `${label}.${domainOf(list.address)}`
}

const dotAtom = /^[a-z0-9_-]{1,64}(?:\.[a-z0-9_-]{1,64}){0,8}$/

export function formatListFields(list: DistributionList): string {
  return (
    `List-Id: <${listIdOf(list)}>\r\n` +
    `List-Post: <mailto:${mailto(list.address)}>\r\n` +
    `List-Owner: <mailto:${mailto(list.ownerAddress)}>\r\n` +
    'Precedence: list\r\n'
  )
}

function mailto(address: string): string {
  return encodeURIComponent(address).replaceAll('%40', '@')
}
