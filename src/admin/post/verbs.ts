/** Posts: make, appoint to, end an appointment, list with their holders. */
import { z } from 'zod'
import { appoint as appointPerson } from '../../directory/write/appoint.ts'
import { createPost } from '../../directory/write/create-post.ts'
import { endAppointment } from '../../directory/write/end-appointment.ts'
import type { Post } from '../../directory/types.ts'
import { address, exampleId, id, madeId, millisOrNull, moment, namesFields } from '../fields.ts'
import { namesOf, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson, getPost } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const post = z.strictObject({
  id,
  address: z.string(),
  title: z.string(),
  name: z.string(),
  nameZh: z.string(),
  department: z.string(),
  /** Who holds it now. */
  holders: z.array(
    z.strictObject({
      id,
      address: z.string(),
      isActing: z.boolean(),
      from: z.int(),
      to: millisOrNull,
    }),
  ),
})
const example = {
  id: exampleId,
  address: 'seo.a2@td.example',
  title: 'SEO(A)2',
  name: 'Senior Executive Officer (Administration) 2',
  nameZh: '高級行政主任(行政)2',
  department: 'TD',
  holders: [
    {
      id: exampleId,
      address: 'chan.tai.man@td.example',
      isActing: false,
      from: 1_767_225_600_000,
      to: null,
    },
  ],
}
const which = ref('The post')

const list = listing({
  id: 'posts.list',
  path: '/posts',
  act: 'directory.read',
  summary: 'Offices whose mail stays when people change, and who holds them now.',
  input: z.object({ department: z.string().optional() }),
  item: post,
  example,
  run: async (ports, { department }) => {
    const { directory } = ports
    const wanted = department === undefined ? undefined : getDepartment(directory, department).id
    return directory
      .posts()
      .filter((one) => wanted === undefined || one.departmentId === wanted)
      .map((one) => viewOf(ports, one))
  },
})

const get = reading({
  id: 'posts.get',
  path: '/posts/{post}',
  act: 'directory.read',
  summary: 'One post, by id, address or title.',
  input: z.object({ post: which }),
  output: post,
  example,
  run: async (ports, input) => viewOf(ports, getPost(ports.directory, input.post)),
})

const create = changing({
  id: 'posts.create',
  path: '/posts',
  act: 'post.create',
  summary: 'Makes a post with a mailbox. Nobody holds it yet.',
  status: 201,
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    title: text('The title of the post (--title)'),
    ...namesFields,
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const { address, title } = input
    const wanted = { departmentId, address, title, names: namesOf(input) }
    return { id: await write(ports, (tx) => createPost(tx, ports.writing, wanted)) }
  },
})

const appoint = changing({
  id: 'posts.appoint',
  path: '/posts/{post}/appointments',
  act: 'post.appoint',
  summary: 'Lets a person hold a post, from a date to a date.',
  input: z.object({
    post: which,
    person: ref('The person'),
    from: moment.optional(),
    to: moment.optional(),
    isActing: z.boolean().default(false),
  }),
  output: post,
  example,
  run: async (ports, { post: wanted, person, from, to, isActing }) => {
    const postId = getPost(ports.directory, wanted).id
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) =>
      appointPerson(tx, ports.writing, { postId, personId, from, to, isActing }),
    )
    return viewOf(ports, getPost(ports.directory, postId))
  },
})

const end = changing({
  id: 'posts.end-appointment',
  method: 'DELETE',
  path: '/posts/{post}/appointments/{person}',
  act: 'post.end-appointment',
  summary: 'Ends an appointment, now or at a time.',
  input: z.object({ post: which, person: ref('The person'), at: moment.optional() }),
  output: post,
  example,
  run: async (ports, { post: wanted, person, at }) => {
    const postId = getPost(ports.directory, wanted).id
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) => endAppointment(tx, ports.writing, { postId, personId, at }))
    return viewOf(ports, getPost(ports.directory, postId))
  },
})

function viewOf(ports: AdminPorts, one: Post): z.input<typeof post> {
  const now = ports.clock.now()
  return {
    id: one.id,
    address: one.address,
    title: one.title,
    name: one.names.en,
    nameZh: one.names.zh,
    department: codeOf(ports, one.departmentId),
    holders: one.holdings
      .filter(({ from, to }) => from <= now && (to === undefined || now < to))
      .map(({ personId, isActing, from, to }) => ({
        id: personId,
        address: ports.nameOf.person(personId),
        isActing,
        from,
        to: to ?? null,
      })),
  }
}

export const postVerbs: readonly Verb[] = [list, get, create, appoint, end]
