/** Posts: make, appoint to, end an appointment, list with their holders. */
import { z } from 'zod'
import { appoint as appointPerson } from '../../directory/write/appoint.ts'
import { createPost } from '../../directory/write/create-post.ts'
import { endAppointment } from '../../directory/write/end-appointment.ts'
import { address, moment, namesFields, namesOf, nothing, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson, getPost } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const create = changing({
  path: 'post/create',
  act: 'directory.write',
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    title: text('The title of the post (--title)'),
    ...namesFields,
  }),
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const post = {
      departmentId,
      address: input.address,
      title: input.title,
      names: namesOf(input),
    }
    return { id: await write(ports, (tx) => createPost(tx, ports.writing, post)) }
  },
})

const appoint = changing({
  path: 'post/appoint',
  act: 'directory.write',
  input: z.object({
    post: text('The post'),
    person: address('The person'),
    from: moment.optional(),
    to: moment.optional(),
    isActing: z.boolean().default(false),
  }),
  run: async (ports, { post, person, from, to, isActing }) => {
    const postId = getPost(ports.directory, post).id
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) =>
      appointPerson(tx, ports.writing, { postId, personId, from, to, isActing }),
    )
    return { id: postId }
  },
})

const end = changing({
  path: 'post/end',
  act: 'directory.write',
  input: z.object({
    post: text('The post'),
    person: address('The person'),
    at: moment.optional(),
  }),
  run: async (ports, { post, person, at }) => {
    const postId = getPost(ports.directory, post).id
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) => endAppointment(tx, ports.writing, { postId, personId, at }))
    return { id: postId }
  },
})

const list = reading({
  path: 'post/list',
  act: 'directory.read',
  input: nothing,
  run: async ({ directory, clock }) => {
    const now = clock.now()
    return directory.posts().map((post) => ({
      id: post.id,
      address: post.address,
      title: post.title,
      name: post.names.en,
      nameZh: post.names.zh,
      department: codeOf(directory, post.departmentId),
      holders: post.holdings
        .filter(({ from, to }) => from <= now && (to === undefined || now < to))
        .map(({ personId, isActing }) => ({
          address: directory.person(personId)?.address ?? '',
          isActing,
        })),
    }))
  },
})

export const postVerbs: readonly Verb[] = [create, appoint, end, list]
