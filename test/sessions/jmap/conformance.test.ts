/**
 * RFC 8620, RFC 8621 and RFC 9670 sentence by sentence, over HTTPS against one started platform: a test for each MUST that
 * a server can be held to, and its section in the name.
 */
import { after, before, describe } from 'node:test'
import { openSuite, type Suite } from './client.ts'
import { testBinaryData } from './binary-data.ts'
import { testChanges } from './changes.ts'
import { testEmailBodies } from './email-bodies.ts'
import { testEmailMaking } from './email-making.ts'
import { testEmailReading } from './email-reading.ts'
import { testEmailSearch } from './email-search.ts'
import { testMailboxes } from './mailboxes.ts'
import { testPush } from './push.ts'
import { testRequests } from './requests.ts'
import { testSending } from './sending.ts'
import { testSets } from './sets.ts'
import { testSharing } from './sharing.ts'
import { testStandardReading } from './standard-reading.ts'

describe('JMAP by the sentence', { timeout: 120_000 }, () => {
  let suite: Suite
  before(async () => {
    suite = await openSuite()
  })
  after(() => suite[Symbol.asyncDispose]())

  const of = () => suite
  describe('RFC 8620: requests', () => testRequests(of))
  describe('RFC 8620: /get, /query', () => testStandardReading(of))
  describe('RFC 8620: /changes, /queryChanges', () => testChanges(of))
  describe('RFC 8620: /set, /copy', () => testSets(of))
  describe('RFC 8620: binary data', () => testBinaryData(of))
  describe('RFC 8620 and 8621: push', () => testPush(of))
  describe('RFC 8621: Mailboxes and Threads', () => testMailboxes(of))
  describe('RFC 8621: Emails that are read', () => testEmailReading(of))
  describe('RFC 8621: parts of Emails', () => testEmailBodies(of))
  describe('RFC 8621: Emails that are searched', () => testEmailSearch(of))
  describe('RFC 8621: Emails that are made', () => testEmailMaking(of))
  describe('RFC 8621: identities and sending', () => testSending(of))
  describe('RFC 9670: sharing', () => testSharing(of))
})
