import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { demoGovernment } from './government.ts'
import { demoMessages } from './messages.ts'
import { seededRandom } from './random.ts'

const gov = demoGovernment()
const read = (seed: number) => [...demoMessages(gov, new ManualClock(), seededRandom(seed))]
const messages = read(1)

describe('the demo’s mail', () => {
  it('is about two hundred messages and more copies, over months, old ones first', () => {
    assert.ok(messages.length >= 200 && messages.length < 400, `${messages.length}`)
    const times = messages.map(({ receivedAt }) => receivedAt)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 90 * 86_400_000)
    assert.ok((times.at(-1) ?? 0) < new ManualClock().now())
  })

  it('is the same for the same seed and day, and another for another seed', () => {
    const join = (list: typeof messages) => Buffer.concat(list.map(({ octets }) => octets))
    assert.ok(join(messages).equals(join(read(1))))
    assert.ok(!join(messages).equals(join(read(2))))
  })

  it('reaches every person, post and shared mailbox', () => {
    const reached = new Set(messages.map(({ accountAddress }) => accountAddress))
    const accounts = [...gov.people, ...gov.posts, ...gov.shared].map(({ address }) => address)
    assert.deepEqual([...reached].sort(), accounts.sort())
  })

  it('has only whole lines of at most 998 octets', () => {
    for (const { octets } of messages) {
      const text = octets.toString('latin1')
      assert.doesNotMatch(text, /[^\r]\n|\r[^\n]/)
      assert.ok(text.split('\r\n').every((line) => line.length <= 998))
    }
  })

  it('has the shapes of real mail', () => {
    const all = messages.map(({ octets }) => octets.toString('latin1'))
    const shapes = [
      /^Subject: =\?utf-8\?B\?/m,
      /^Subject: =\?big5\?B\?/m,
      /^Subject: .*[\x80-\xff]/m,
      /charset=big5\r\nContent-Transfer-Encoding: 8bit/,
      /Content-Transfer-Encoding: quoted-printable/,
      /multipart\/alternative/,
      /filename\*=utf-8''%/,
      /^In-Reply-To: </m,
      /application\/pdf/,
      /image\/png/,
      /wordprocessingml/,
      /text\/csv/,
    ]
    for (const shape of shapes)
      assert.ok(
        all.some((text) => shape.test(text)),
        `${shape}`,
      )
    assert.ok(messages.some(({ octets }) => octets.length > 200_000))
    for (const flag of ['\\Seen', '\\Answered', '\\Flagged'] as const)
      assert.ok(messages.some(({ flags }) => flags.includes(flag)))
    assert.ok(messages.some(({ flags }) => flags.length === 0))
  })
})

describe('the demo government', () => {
  it('has three departments, twelve people, four posts, two shared mailboxes, three lists', () => {
    const { departments, people, posts, shared, lists } = gov
    const counts = [departments, people, posts, shared, lists].map((nouns) => nouns.length)
    assert.deepEqual(counts, [3, 12, 4, 2, 3])
  })

  it('refers only to what it has, under domains of its own', () => {
    const addresses = new Set(
      [...gov.people, ...gov.posts, ...gov.shared, ...gov.lists].map(({ address }) => address),
    )
    const codes = new Set(gov.departments.map(({ code }) => code))
    const domains = new Set(gov.departments.flatMap((department) => department.domains))
    for (const { department } of [...gov.people, ...gov.posts, ...gov.shared, ...gov.lists])
      assert.ok(codes.has(department))
    for (const address of addresses) assert.ok(domains.has(address.split('@')[1] ?? ''))
    for (const { holders } of gov.posts)
      for (const { person } of holders) assert.ok(addresses.has(person))
    for (const { members } of gov.shared)
      for (const { person } of members) assert.ok(addresses.has(person))
    for (const { members } of gov.lists)
      for (const member of members) assert.ok(addresses.has(member))
  })

  it('has a list among the members of a list', () => {
    const lists = new Set(gov.lists.map(({ address }) => address))
    assert.ok(gov.lists.some(({ members }) => members.some((member) => lists.has(member))))
  })
})
