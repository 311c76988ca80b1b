/** RFC 9661, over HTTPS: one test a sentence of the standard that says MUST, and whose scripts they are. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { core, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

const sieve = 'urn:ietf:params:jmap:sieve'

describe('scripts', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })
  const call = async (name: string, args: object, who = 'alice:secret') => {
    const methodCalls = [[name, { accountId, ...args }, '0']]
    const { body } = await world.post({ using: [core, sieve], methodCalls }, { who })
    return body.methodResponses[0][1]
  }
  const upload = async (script: string | Buffer) => {
    const headers = { 'content-type': 'application/sieve' }
    const asked = { method: 'POST', body: script, headers }
    return (await world.ask(`/jmap/upload/${accountId}`, asked)).body.blobId
  }
  const set = (args: object) => call('SieveScript/set', args)
  const all = async () => (await call('SieveScript/get', { ids: null })).list
  const keep = async (name: string, script = 'keep;') => {
    const create = { a: { name, blobId: await upload(script) } }
    return (await set({ create })).created.a.id
  }
  const active = async () => (await all()).find((one: { isActive: boolean }) => one.isActive)?.name

  it('is advertised with its limits, of accounts whose scripts are his alone (§1.2)', async () => {
    const { body } = await world.ask('/jmap/session')
    assert.deepEqual(body.capabilities[sieve], { implementation: 'Tamar' })
    assert.equal(body.primaryAccounts[sieve], accountId)
    const limits = body.accounts[accountId].accountCapabilities[sieve]
    assert.ok(limits.maxSizeScriptName >= 512)
    assert.ok(limits.sieveExtensions.includes('fileinto'))
    assert.ok(!limits.sieveExtensions.includes('editheader'))
    assert.deepEqual([limits.maxNumberScripts, limits.maxSizeScript], [16, 65_536])
    assert.ok(sieve in body.accounts[world.ids.post].accountCapabilities)
    assert.ok(!(sieve in body.accounts[world.ids.desk].accountCapabilities))
    const shared = await call('SieveScript/get', { accountId: world.ids.desk, ids: null })
    assert.equal(shared.type, 'accountNotSupportedByMethod')
  })

  it('keeps a script, gives it back by its blob, and remembers who wrote it (§2.2, §2.4)', async () => {
    const script = 'require "fileinto"; fileinto "工程";\r\n'
    const create = { a: { name: '假期', blobId: await upload(script) } }
    const { created, oldState, newState } = await set({ create })
    assert.notEqual(oldState, newState)
    const { id, blobId, isActive } = created.a
    assert.equal(isActive, false)
    assert.deepEqual(await all(), [{ id, name: '假期', blobId, isActive: false }])
    const got = await world.ask(`/jmap/download/${accountId}/${blobId}/x?type=application/sieve`)
    assert.deepEqual(got.octets.toString(), script)
    assert.equal(got.headers['content-type'], 'application/sieve')
    const entry = world.entries.at(-1)
    assert.ok(entry?.kind === 'administration')
    assert.deepEqual([entry.act, entry.principalId], ['filter.set-own', world.alice.id])
    const { destroyed } = await set({ destroy: [id] })
    assert.deepEqual(destroyed, [id])
    assert.equal((await world.ask(`/jmap/download/${accountId}/${blobId}/x?type=a/b`)).status, 404)
  })

  it('names a script that has none, and has no two of one name (§2.4)', async () => {
    const blobId = await upload('keep;')
    const { created } = await set({ create: { a: { blobId }, b: { name: null, blobId } } })
    assert.deepEqual([created.a.name, created.b.name], ['Script 1', 'Script 2'])
    const [a, b] = [created.a.id, created.b.id]
    const again = await set({ create: { c: { name: 'Script 1', blobId } } })
    assert.deepEqual(again.notCreated.c, { type: 'alreadyExists', existingId: a })
    const renamed = await set({ update: { [b]: { name: 'Script 1' } } })
    assert.deepEqual(renamed.notUpdated[b], { type: 'alreadyExists', existingId: a })
    for (const name of ['', 'a\u0000b', '字'.repeat(129)])
      assert.equal(
        (await set({ update: { [b]: { name } } })).notUpdated[b].type,
        'invalidProperties',
      )
    assert.deepEqual((await set({ update: { [b]: { name: '字'.repeat(128) } } })).updated, {
      [b]: null,
    })
    await set({ destroy: [a, b] })
  })

  it('refuses what is no script with the place of its fault, and what is too long (§2.2)', async () => {
    const refusalOf = async (script: string | Buffer) => {
      const create = { a: { name: 'x', blobId: await upload(script) } }
      return (await set({ create })).notCreated.a
    }
    const fault = await refusalOf('keep;\nfile "a";')
    assert.equal(fault.type, 'invalidSieve')
    assert.match(fault.description, /Line 2, column 1/)
    assert.equal((await refusalOf(Buffer.from([0x6b, 0xff]))).type, 'invalidSieve')
    assert.equal((await refusalOf(`#${'x'.repeat(65_536)}`)).type, 'tooLarge')
    const missing = await set({ create: { a: { name: 'x', blobId: 'Unothing' } } })
    assert.deepEqual(missing.notCreated.a, { type: 'blobNotFound', notFound: ['Unothing'] })
    const made = await set({ create: { a: { blobId: await upload('keep;'), isActive: true } } })
    assert.deepEqual(made.notCreated.a.properties, ['isActive'])
    assert.deepEqual(await all(), [])
  })

  it('puts one in force when all else was done, and says which (§2.4)', async () => {
    const create = { a: { name: 'one', blobId: await upload('keep;') } }
    const first = await set({ create, onSuccessActivateScript: '#a' })
    assert.equal(first.created.a.isActive, true)
    assert.equal(first.newState, (await call('SieveScript/get', { ids: [] })).state)
    const one = first.created.a.id
    const two = await keep('two')
    const second = await set({ onSuccessActivateScript: two })
    assert.deepEqual(second.updated, { [two]: { isActive: true }, [one]: { isActive: false } })
    assert.equal(await active(), 'two')
    const failed = await set({ destroy: ['nothing'], onSuccessActivateScript: one })
    assert.deepEqual([failed.notDestroyed.nothing.type, await active()], ['notFound', 'two'])
    await set({ onSuccessActivateScript: 'nothing' })
    assert.equal(await active(), 'two')
    const refused = await set({ destroy: [two] })
    assert.equal(refused.notDestroyed[two].type, 'sieveIsActive')
    const none = await set({ onSuccessDeactivateScript: true })
    assert.deepEqual([none.updated, await active()], [{ [two]: { isActive: false } }, undefined])
    await set({ destroy: [one, two] })
  })

  it('changes a script in force where it stands (§2.4)', async () => {
    const id = await keep('main')
    await set({ onSuccessActivateScript: id })
    const blobId = await upload('discard;')
    const { updated } = await set({ update: { [id]: { name: 'second', blobId } } })
    const [script] = await all()
    assert.deepEqual(script, { id, name: 'second', blobId: updated[id].blobId, isActive: true })
    const as = { id, isActive: true, blobId: script.blobId }
    assert.deepEqual((await set({ update: { [id]: as } })).updated, { [id]: null })
    const wrong = await set({ update: { [id]: { isActive: false, colour: 'red' } } })
    assert.deepEqual(wrong.notUpdated[id].properties, ['isActive', 'colour'])
    await set({ onSuccessDeactivateScript: true })
    await set({ destroy: [id] })
  })

  it('keeps sixteen and no more (§1.2.2)', async () => {
    const blobId = await upload('keep;')
    const names = Array.from({ length: 17 }, (_, at) => [`k${at}`, { name: `n${at}`, blobId }])
    const { created, notCreated } = await set({ create: Object.fromEntries(names) })
    assert.equal(Object.keys(created).length, 16)
    assert.equal(notCreated.k16.type, 'overQuota')
    const ids = (await all()).map(({ id }: { id: string }) => id)
    await set({ destroy: ids })
  })

  it('finds scripts by name and by being in force, sorted (§2.5)', async () => {
    const [a, b] = [await keep('apple'), await keep('pear')]
    await set({ onSuccessActivateScript: b })
    const query = async (args: object) => (await call('SieveScript/query', args)).ids
    assert.deepEqual(await query({ filter: { name: 'ea' } }), [b])
    assert.deepEqual(await query({ filter: { isActive: false } }), [a])
    const sort = [{ property: 'name', isAscending: false }]
    assert.deepEqual(await query({ sort }), [b, a])
    assert.deepEqual(await query({ sort: [{ property: 'isActive' }] }), [a, b])
    const wrong = await call('SieveScript/query', { filter: { colour: 'red' } })
    assert.equal(wrong.type, 'unsupportedFilter')
    await set({ onSuccessDeactivateScript: true })
    await set({ destroy: [a, b] })
  })

  it('validates and keeps nothing (§2.6)', async () => {
    const validate = async (script: string) =>
      (await call('SieveScript/validate', { blobId: await upload(script) })).error
    assert.equal(await validate('keep;'), null)
    assert.equal((await validate('keep')).type, 'invalidSieve')
    const missing = await call('SieveScript/validate', { blobId: 'Unothing' })
    assert.equal(missing.type, 'blobNotFound')
    assert.deepEqual(await all(), [])
  })

  it('shows nobody else’s scripts nor their text', async () => {
    const id = await keep('mine')
    const [{ blobId }] = await all()
    const others = await call('SieveScript/get', { ids: null }, 'bob:secret')
    assert.equal(others.type, 'accountNotFound')
    const path = `/jmap/download/${accountId}/${blobId}/x?type=a/b`
    assert.equal((await world.ask(path, { who: 'bob:secret' })).status, 404)
    const elsewhere = `/jmap/download/${world.ids.desk}/${blobId}/x?type=a/b`
    assert.equal((await world.ask(elsewhere)).status, 404)
    await set({ destroy: [id] })
  })
})
