/** What is empty can go: a domain without addresses, a post without holders and mail, a list without members. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { removeDomain } from '../../directory/write/remove-domain.ts'
import { removeList } from '../../directory/write/remove-list.ts'
import { removePost } from '../../directory/write/remove-post.ts'
import { done, ref } from '../fields.ts'
import { getList, getPost } from '../find.ts'
import { changing, type Verb, write } from '../verb.ts'

const domain = changing({
  id: 'domains.remove',
  method: 'DELETE',
  path: '/domains/{domain}',
  act: 'domain.remove',
  summary: 'Makes a domain external in which nobody has an address any more.',
  input: z.object({ domain: ref('The domain') }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const wanted = input.domain.trim().toLowerCase()
    const isNear = ports.directory.departments().some(({ domains }) => domains.includes(wanted))
    if (!isNear) {
      const message = `The domain ${input.domain} is nobody’s. See: tamar domain list`
      throw new Refusal('not-found', { field: 'domain', message })
    }
    await write(ports, (tx) => removeDomain(tx, ports.writing, { domain: wanted }))
    return {}
  },
})

const post = changing({
  id: 'posts.remove',
  method: 'DELETE',
  path: '/posts/{post}',
  act: 'post.remove',
  summary: 'Removes a post that nobody holds and that has no mail.',
  input: z.object({ post: ref('The post') }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const postId = getPost(ports.directory, input.post).id
    await write(ports, (tx) => removePost(tx, ports.writing, { postId }))
    return {}
  },
})

const list = changing({
  id: 'lists.remove',
  method: 'DELETE',
  path: '/lists/{list}',
  act: 'list.remove',
  summary: 'Removes a distribution list without members.',
  input: z.object({ list: ref('The list') }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const listId = getList(ports.directory, input.list).id
    await write(ports, (tx) => removeList(tx, ports.writing, { listId }))
    return {}
  },
})

export const removalVerbs: readonly Verb[] = [domain, post, list]
