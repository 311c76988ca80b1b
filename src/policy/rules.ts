/**
 * The rules as they are built in: what holds until somebody with the right to do so sets it otherwise.
 * Their names are kept in settings, in the mail log and by help desks: add, never rename.
 */
import type { Rule } from './types.ts'

const fromOutside = { direction: ['in'], isPeerTrusted: [false] } as const
const unproven = { isVouched: [false], isAuthorSigned: [false] } as const

/** Who says he sent it. RFC 7489 §6.6, RFC 7208 §8. */
const senderRules: readonly Rule[] = [
  {
    name: 'own-domain-forged',
    about: 'The author has an address of ours, and nothing shows that it comes from us.',
    when: { ...fromOutside, ...unproven, isAuthorOurs: [true], dmarc: ['fail', 'none', 'unclear'] },
    action: 'refuse',
    code: 'unauthenticated',
  },
  {
    name: 'own-domain-unknown',
    about: 'The author has an address of ours, and DNS cannot say now whether it comes from us.',
    when: { ...fromOutside, ...unproven, isAuthorOurs: [true], dmarc: ['temperror'] },
    action: 'defer',
    code: 'authentication-unknown',
  },
  {
    name: 'own-reverse-path-forged',
    about: 'The envelope names an address of ours, and our domain does not send from there.',
    when: {
      ...fromOutside,
      ...unproven,
      isReversePathOurs: [true],
      spf: ['fail', 'softfail', 'neutral', 'none', 'permerror'],
    },
    action: 'refuse',
    code: 'unauthenticated',
  },
  {
    name: 'dmarc-reject',
    about: 'The author’s domain does not stand behind it and asks for such mail to be refused.',
    when: { ...fromOutside, isVouched: [false], dmarc: ['fail'], dmarcPolicy: ['reject'] },
    action: 'refuse',
    code: 'unauthenticated',
  },
  {
    name: 'dmarc-quarantine',
    about: 'The author’s domain does not stand behind it and asks for such mail to be set aside.',
    when: { ...fromOutside, isVouched: [false], dmarc: ['fail'], dmarcPolicy: ['quarantine'] },
    action: 'quarantine',
    marks: ['unverified'],
  },
  {
    name: 'dmarc-none',
    about: 'The author’s domain does not stand behind it and asks for nothing.',
    when: { ...fromOutside, isVouched: [false], dmarc: ['fail'], dmarcPolicy: ['none'] },
    action: 'tag',
    marks: ['unverified'],
  },
  {
    name: 'dmarc-unknown',
    about: 'DNS cannot say now whether the author’s domain stands behind it.',
    when: { ...fromOutside, isVouched: [false], dmarc: ['temperror'] },
    action: 'defer',
    code: 'authentication-unknown',
  },
  {
    name: 'authors-unclear',
    about: 'It has no author, or authors of several domains, so none can be verified.',
    when: { ...fromOutside, dmarc: ['unclear'] },
    action: 'tag',
    marks: ['unverified'],
  },
  {
    name: 'spf-fail',
    about: 'The domain of the envelope says that it does not send from there.',
    when: { ...fromOutside, spf: ['fail'], dmarc: ['none', 'unclear'] },
    action: 'tag',
    marks: ['unverified'],
  },
  {
    name: 'look-alike',
    about: 'The author’s domain, or the name he shows, is nearly one of ours.',
    when: { ...fromOutside, isLookAlike: [true] },
    action: 'tag',
    marks: ['look-alike'],
  },
  {
    name: 'name-ours',
    about: 'The name he shows has an address of ours in it, and he is somebody else.',
    when: { ...fromOutside, isNameOurs: [true], isAuthorOurs: [false] },
    action: 'quarantine',
    marks: ['look-alike'],
  },
  {
    name: 'first-contact',
    about: 'The recipient never had mail from this author before.',
    when: { ...fromOutside, isFirstContact: [true] },
    action: 'tag',
    marks: ['first-contact'],
  },
  {
    name: 'external',
    about: 'It comes from another system.',
    when: fromOutside,
    action: 'tag',
    marks: ['external'],
  },
]

/** From where it comes. */
const peerRules: readonly Rule[] = [
  {
    name: 'block-listed',
    about: 'A list of bad peers names the one that brings it.',
    when: { ...fromOutside, blockLists: { atLeast: 1 } },
    action: 'refuse',
    code: 'blocked-peer',
  },
  {
    name: 'greylisted',
    about: 'An unproven sender was not seen before; a mail server comes back, a spammer seldom.',
    when: {
      ...fromOutside,
      ...unproven,
      isGrey: [true],
      dmarc: ['none', 'fail', 'unclear'],
      spf: ['none', 'neutral', 'softfail', 'fail', 'permerror'],
    },
    action: 'defer',
    code: 'greylisted',
  },
]

/** What is in it. */
const contentRules: readonly Rule[] = [
  {
    name: 'virus',
    about: 'The virus scanner knows what is in it.',
    when: { direction: ['in', 'out'], virus: ['found'] },
    action: 'refuse',
    code: 'malware',
  },
  {
    name: 'virus-unscanned',
    about: 'The virus scanner does not answer.',
    when: { direction: ['in', 'out'], virus: ['away'] },
    action: 'defer',
    code: 'try-again',
    marks: ['unscanned'],
  },
  {
    name: 'virus-too-large',
    about: 'It is larger than the virus scanner takes.',
    when: { direction: ['in', 'out'], virus: ['too-large'] },
    action: 'tag',
    marks: ['unscanned'],
  },
  {
    name: 'spam-certain',
    about: 'The spam filter is sure.',
    when: { ...fromOutside, spam: ['certain'] },
    action: 'refuse',
    code: 'spam',
  },
  {
    name: 'spam-likely',
    about: 'The spam filter finds it likely.',
    when: { ...fromOutside, spam: ['likely'] },
    action: 'tag',
    marks: ['spam'],
  },
  {
    name: 'spam-maybe',
    about: 'The spam filter wants to see whether it comes back.',
    when: { ...fromOutside, spam: ['maybe'], isGrey: [true] },
    action: 'defer',
    code: 'greylisted',
  },
  {
    name: 'spam-unscanned',
    about: 'The spam filter does not answer.',
    when: { ...fromOutside, spam: ['away'] },
    action: 'tag',
    marks: ['unscanned'],
  },
  {
    name: 'program',
    about: 'A program is attached, or one is in an attached archive.',
    when: { direction: ['in', 'out'], programs: { atLeast: 1 } },
    action: 'refuse',
    code: 'attachment-refused',
  },
  {
    name: 'macros',
    about: 'A document with macros comes from outside.',
    when: { ...fromOutside, macros: { atLeast: 1 } },
    action: 'quarantine',
    marks: ['macros'],
  },
  {
    name: 'locked-archive',
    about: 'An archive or document from outside has a password, so nobody could look into it.',
    when: { ...fromOutside, lockedArchives: { atLeast: 1 } },
    action: 'quarantine',
    marks: ['locked-archive'],
  },
  {
    name: 'unread-archive',
    about: 'An archive goes deeper, or unpacks to more, than is looked at.',
    when: { direction: ['in', 'out'], unreadArchives: { atLeast: 1 } },
    action: 'refuse',
    code: 'attachment-refused',
  },
  {
    name: 'unread-document',
    about: 'A PDF file is broken or too much to read: its words were not judged.',
    when: { direction: ['in', 'out'], unreadDocuments: { atLeast: 1 } },
    // Programs write broken ones every day, and virus scanners look into them all the same.
    action: 'tag',
    marks: ['unread-document'],
    code: 'attachment-refused',
  },
]

/** How it is marked. */
const markingRules: readonly Rule[] = [
  {
    name: 'grade-too-high',
    about: 'SECRET and TOP SECRET do not travel by this system, in any way.',
    when: { grade: ['secret', 'top-secret'] },
    action: 'refuse',
    code: 'grade-too-high',
  },
  {
    name: 'confidential-in-clear',
    about: 'CONFIDENTIAL is sent only encrypted from person to person.',
    when: { direction: ['out'], grade: ['confidential'], isEncrypted: [false] },
    action: 'refuse',
    code: 'grade-in-clear',
  },
  {
    name: 'confidential-kept-in-clear',
    about: 'Drafts and copies of CONFIDENTIAL are kept only encrypted.',
    when: {
      direction: ['kept'],
      isOwnWriting: [true],
      grade: ['confidential'],
      isEncrypted: [false],
    },
    action: 'refuse',
    code: 'grade-in-clear',
  },
  {
    name: 'confidential-outside',
    about: 'CONFIDENTIAL does not leave for another system, encrypted or not.',
    when: { grade: ['confidential'], externalRecipients: { atLeast: 1 } },
    action: 'refuse',
    code: 'grade-outside',
  },
  {
    name: 'restricted-outside',
    about: 'RESTRICTED leaves for another system only over TLS that is verified.',
    when: { grade: ['restricted'], externalRecipients: { atLeast: 1 } },
    action: 'tag',
    marks: ['restricted', 'verified-tls'],
  },
  {
    name: 'automatic-outside',
    about: 'What a machine wrote leaves for another system.',
    when: { isAutomatic: [true], externalRecipients: { atLeast: 1 } },
    // Receipts and notices to citizens are such mail: to refuse it is for who knows that there are none.
    action: 'tag',
    code: 'refused-by-policy',
  },
]

const confirmed = { direction: ['out'], isConfirmed: [false] } as const

/** Whose data is in it. */
const personalRules: readonly Rule[] = [
  {
    name: 'identity-number-outside',
    about: 'A number of an identity card leaves for another system.',
    when: { ...confirmed, identityNumbers: { atLeast: 1 }, externalRecipients: { atLeast: 1 } },
    action: 'refuse',
    code: 'confirm-personal-data',
  },
  {
    name: 'card-number-outside',
    about: 'A number of a payment card leaves for another system.',
    when: { ...confirmed, cardNumbers: { atLeast: 1 }, externalRecipients: { atLeast: 1 } },
    action: 'refuse',
    code: 'confirm-personal-data',
  },
  {
    name: 'phone-list-outside',
    about: 'A list of telephone numbers leaves for another system.',
    when: { ...confirmed, phoneNumbers: { atLeast: 20 }, externalRecipients: { atLeast: 1 } },
    action: 'refuse',
    code: 'confirm-personal-data',
  },
  {
    name: 'address-list-outside',
    about: 'A list of mail addresses leaves for another system.',
    when: { ...confirmed, listedAddresses: { atLeast: 50 }, externalRecipients: { atLeast: 1 } },
    action: 'refuse',
    code: 'confirm-personal-data',
  },
  {
    name: 'bulk-identity-webmail',
    about: 'Many identity card numbers leave for a public mail provider, confirmed or not.',
    when: {
      direction: ['out'],
      identityNumbers: { atLeast: 10 },
      webmailRecipients: { atLeast: 1 },
    },
    action: 'refuse',
    code: 'personal-data-refused',
  },
]

/** How much of it. */
const rateRules: readonly Rule[] = [
  {
    name: 'account-rate',
    about: 'The account writes to more recipients in an hour than one person does.',
    when: { direction: ['out'], recipientsInHour: { atLeast: 2_001 } },
    action: 'defer',
    code: 'too-fast',
  },
  {
    name: 'department-rate',
    about: 'The department writes to more recipients in an hour than it ever does.',
    when: { direction: ['out'], departmentRecipientsInHour: { atLeast: 50_001 } },
    action: 'defer',
    code: 'too-fast',
  },
  {
    name: 'burst-outside',
    about: 'The account writes to so many others outside at once as only a stolen one does.',
    when: {
      direction: ['out'],
      externalInBurst: { atLeast: 301 },
      externalRecipients: { atLeast: 1 },
    },
    action: 'hold',
  },
]

export const builtInRules: readonly Rule[] = [
  ...senderRules,
  ...peerRules,
  ...contentRules,
  ...markingRules,
  ...personalRules,
  ...rateRules,
]
