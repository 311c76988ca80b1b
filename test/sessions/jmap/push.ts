/** RFC 8620 §7.1 and §7.3, RFC 8621 §1.5: states that are pushed over an event stream. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { it } from 'node:test'
import { within } from '../../support/until.ts'
import { tamar } from '../../support/tamar-command.ts'
import { plain, type Client, type Suite } from './client.ts'

interface Event {
  readonly event: string | undefined
  readonly id: string | undefined
  // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
  readonly data: any
}

/** The events of a stream, one after the other; the stream is open when this answers. */
async function listen(client: Client, query: string, lastEventId?: string) {
  const headers: Record<string, string> =
    lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const call = client.open(`/jmap/events?${query}`, { headers })
  call.end()
  const [response]: IncomingMessage[] = await once(call, 'response')
  assert.ok(response)
  assert.deepEqual(
    [response.statusCode, response.headers['content-type']],
    [200, 'text/event-stream'],
  )
  const events = readEvents(response)
  return {
    next: async () => (await within('an event', 10_000, events.next())).value,
    [Symbol.dispose]: () => void call.destroy(),
  }
}

async function* readEvents(response: IncomingMessage): AsyncGenerator<Event> {
  let text = ''
  try {
    for await (const chunk of response) {
      text += String(chunk)
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
        const data = field('data')
        yield {
          event: field('event'),
          id: field('id'),
          data: data === undefined ? undefined : JSON.parse(data),
        }
      }
    }
  } catch {
    // The test has heard enough and went.
  }
}

export function testPush(of: () => Suite): void {
  it('§7.1: a StateChange has the states that /get answers with', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=*&closeafter=no&ping=0')
    await lee.put([plain('pushed')])
    const said = await stream.next()
    assert.deepEqual([said?.event, said?.data['@type']], ['state', 'StateChange'])
    assert.deepEqual(Object.keys(said?.data.changed), [lee.accountId])
    const states = said?.data.changed[lee.accountId]
    for (const type of ['Mailbox', 'Email', 'Thread', 'EmailSubmission'])
      assert.equal(states[type], await lee.state(type), type)
  })

  it('§7.1: every account he sees is told of, and no other', async () => {
    const { lee, wong } = of()
    const shared = lee.accountNamed('Road Works')
    using stream = await listen(wong, 'types=Email&closeafter=no&ping=0')
    await lee.put([plain('not his')])
    const { ids } = await lee.ok('Mailbox/query', { accountId: shared, filter: { role: 'inbox' } })
    const { blobId } = await lee.upload('Subject: everybody’s\r\n\r\n', 'message/rfc822', shared)
    await lee.ok('Email/import', {
      accountId: shared,
      emails: { a: { blobId, mailboxIds: { [ids[0]]: true } } },
    })
    assert.deepEqual(Object.keys((await stream.next())?.data.changed), [shared])
  })

  it('§7.3: only the types that are listed are pushed', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=Thread,Identity&closeafter=no&ping=0')
    await lee.put([plain('listed')])
    assert.deepEqual(Object.keys((await stream.next())?.data.changed[lee.accountId]), ['Thread'])
  })

  it('RFC 8621 §1.5: Identity is pushed when an identity changes', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=Identity&closeafter=no&ping=0')
    await lee.put([plain('no identity')])
    const { list } = await lee.ok('Identity/get', { ids: null })
    await lee.ok('Identity/set', { update: { [list[0].id]: { textSignature: 'Signed anew' } } })
    const said = await stream.next()
    assert.deepEqual(said?.data.changed, {
      [lee.accountId]: { Identity: await lee.state('Identity') },
    })
  })

  it('RFC 9661 §2: SieveScript is pushed when a script is put, put in force and destroyed', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=SieveScript&closeafter=no&ping=0')
    const { blobId } = await lee.upload('keep;\r\n', 'application/sieve')
    const create = { s: { name: 'pushed', blobId } }
    const { created } = await lee.ok('SieveScript/set', { create })
    const told = async () => {
      const { changed } = (await stream.next())?.data ?? {}
      assert.deepEqual(changed, {
        [lee.accountId]: { SieveScript: await lee.state('SieveScript') },
      })
    }
    await told()
    await lee.ok('SieveScript/set', { onSuccessActivateScript: created.s.id })
    await told()
    await lee.ok('SieveScript/set', { onSuccessDeactivateScript: true })
    await told()
    await lee.ok('SieveScript/set', { destroy: [created.s.id] })
    await told()
  })

  it('RFC 9670 §3: ShareNotification is pushed to whom a Mailbox is shared with', async () => {
    const { lee, ho } = of()
    const id = await lee.mailbox('Told when shared')
    const { currentUserPrincipalId: him } =
      ho.session.accounts[ho.accountId].accountCapabilities['urn:ietf:params:jmap:principals']
    using stream = await listen(ho, 'types=ShareNotification&closeafter=no&ping=0')
    const share = (rights: object | null) =>
      lee.ok('Mailbox/set', { update: { [id]: { [`shareWith/${him}`]: rights } } })
    await share({ mayReadItems: true })
    const { changed } = (await stream.next())?.data ?? {}
    const state = await ho.state('ShareNotification')
    assert.deepEqual(changed, { [ho.accountId]: { ShareNotification: state } })
    await share(null)
  })

  it('RFC 9670 §2: Principal is pushed when the directory shows others', async () => {
    const { lee, platform } = of()
    const other = platform.ready.people.find(
      ({ address }) => !/^(my\.lee|tk\.ho|kh\.wong)@/.test(address),
    )
    assert.ok(other)
    using stream = await listen(lee, 'types=Principal&closeafter=no&ping=0')
    for (const verb of ['suspend', 'reactivate']) {
      await tamar(platform, 'person', verb, other.address)
      const { changed } = (await stream.next())?.data ?? {}
      assert.deepEqual(changed, { [lee.accountId]: { Principal: await lee.state('Principal') } })
    }
  })

  it('§7.1: a state is told of an account that has the type, and of no other', async () => {
    const { wong } = of()
    const shared = wong.accountNamed('Road Works')
    const query = 'types=Email,SieveScript,Principal,ShareNotification&closeafter=state&ping=0'
    using stream = await listen(wong, query, 'long ago')
    const { changed } = (await stream.next())?.data ?? {}
    assert.deepEqual(Object.keys(changed[wong.accountId]).toSorted(), [
      'Email',
      'Principal',
      'ShareNotification',
      'SieveScript',
    ])
    assert.deepEqual(Object.keys(changed[shared]), ['Email'])
  })

  it('RFC 8621 §1.5: EmailDelivery changes with each Email that comes, and with nothing else', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=EmailDelivery&closeafter=no&ping=0')
    const states = new Set<string>()
    for (const subject of ['one', 'two', 'three']) {
      const [id = ''] = await lee.put([plain(subject)])
      states.add((await stream.next())?.data.changed[lee.accountId].EmailDelivery)
      await lee.ok('Email/set', { update: { [id]: { 'keywords/$seen': true } } })
      await lee.ok('Email/set', { destroy: [id] })
    }
    assert.equal(states.size, 3)
    await lee.put([plain('four')])
    // Were anything else told, it would stand before this one.
    const last = (await stream.next())?.data.changed[lee.accountId].EmailDelivery
    assert.equal(states.has(last), false)
  })

  it('§7.3: closeafter=state ends the response after the first state', async () => {
    const { lee } = of()
    const call = lee.open('/jmap/events?types=*&closeafter=state&ping=0')
    call.end()
    const [response]: IncomingMessage[] = await once(call, 'response')
    await lee.put([plain('closes')])
    const chunks = await within('the end', 10_000, response?.toArray() ?? Promise.resolve([]))
    assert.match(Buffer.concat(chunks).toString(), /^id: \S+\nevent: state\ndata: .*\n\n$/)
  })

  it('§7.3: pings tell the interval that is used, of 30 seconds at least, and set no id', async () => {
    const { lee } = of()
    for (const [asked, used] of [
      [1, 30],
      [300, 300],
    ]) {
      using stream = await listen(lee, `types=*&closeafter=no&ping=${asked}`)
      assert.deepEqual(await stream.next(), {
        event: 'ping',
        id: undefined,
        data: { interval: used },
      })
    }
  })

  it('§7.3: with ping=0 there is none', async () => {
    const { lee } = of()
    using stream = await listen(lee, 'types=*&closeafter=no&ping=0')
    await lee.put([plain('first')])
    assert.equal((await stream.next())?.event, 'state')
  })

  it('§7.3: who comes back with the last event he saw hears what he missed, and only then', async () => {
    const { lee } = of()
    const query = 'types=Email&closeafter=no&ping=0'
    using first = await listen(lee, query)
    await lee.put([plain('seen')])
    const id = (await first.next())?.id
    assert.ok(id)
    using again = await listen(lee, query, id)
    await lee.put([plain('missed')])
    assert.equal((await again.next())?.data.changed[lee.accountId].Email, await lee.state('Email'))
    using late = await listen(lee, query, id)
    const missed = await late.next()
    assert.equal(missed?.data.changed[lee.accountId].Email, await lee.state('Email'))
    assert.notEqual(missed?.id, id)
  })

  it('§7.3: other values of the variables are refused', async () => {
    const { lee } = of()
    for (const query of [
      'types=*&closeafter=x&ping=0',
      'types=*&closeafter=no&ping=-1',
      'closeafter=no&ping=0',
      'types=*',
    ])
      assert.equal((await lee.ask(`/jmap/events?${query}`)).status, 400, query)
  })
}
