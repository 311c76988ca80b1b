/**
 * Debian's Thunderbird on a screen of its own (Xvfb) with one IMAP account, driven from within through
 * Marionette. It trusts the platform's CA as a person's would and never ignores a certificate's fault.
 */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { Marionette } from './marionette.ts'
import { makeThrowaway } from './throwaway.ts'
import { until } from './until.ts'

export interface ThunderbirdAccount {
  readonly ca: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface Folder {
  readonly total: number
  readonly unread: number
  /** Messages whose whole text is on the disk. */
  readonly kept: number
}

const startTimeoutMs = 60_000
const endTimeoutMs = 30_000
const actTimeoutMs = 60_000

export class Thunderbird implements AsyncDisposable {
  readonly #home: string
  readonly #child: Child
  readonly #remote: Marionette

  private constructor(home: string, child: Child, remote: Marionette) {
    this.#home = home
    this.#child = child
    this.#remote = remote
  }

  static async start(account: ThunderbirdAccount, longestMs: number): Promise<Thunderbird> {
    const home = makeThrowaway('tamar-test-')
    const profile = join(home, 'profile')
    mkdirSync(profile)
    writeFileSync(join(profile, 'user.js'), preferences)
    certutil(['-N', '-d', `sql:${profile}`, '--empty-password'])
    certutil(['-A', '-d', `sql:${profile}`, '-n', 'tamar', '-t', 'C,,', '-i', account.ca])
    const program = ['thunderbird', '--no-remote', '--profile', profile]
    const child = new Child(
      'xvfb-run',
      ['-a', ...program, '--marionette', '--remote-allow-system-access'],
      // What is said to the server and heard of it, without what the messages say.
      { environment: { HOME: home, MOZ_LOG: 'IMAP:3', MOZ_LOG_FILE: join(home, 'imap') } },
    )
    const portFile = join(profile, 'MarionetteActivePort')
    const port = await until('Thunderbird', startTimeoutMs, () => {
      if (child.hasEnded) throw new Error(child.stdout + child.stderr)
      return existsSync(portFile) && Number(readFileSync(portFile, 'utf8'))
    })
    const remote = await Marionette.connect(port, longestMs)
    await remote.run(addAccount, account, actTimeoutMs)
    return new Thunderbird(home, child, remote)
  }

  /** @returns the folders' paths as the program shows them. */
  folders(): Promise<readonly string[]> {
    return this.#remote.run(discover, {}, actTimeoutMs)
  }

  /** Asks the server what is new in a folder. */
  update(path: string, withinMs = actTimeoutMs): Promise<Folder> {
    return this.#remote.run(updateFolder, { path }, withinMs)
  }

  /** Brings every message's text to the disk. */
  keep(path: string, withinMs: number): Promise<Folder> {
    return this.#remote.run(keepFolder, { path }, withinMs)
  }

  /** Subjects of what the server (or the disk) finds. */
  search(path: string, where: SearchPlace): Promise<readonly string[]> {
    return this.#remote.run(searchFolder, { path, ...where }, actTimeoutMs)
  }

  /** By subject. */
  move(from: string, to: string, subjects: readonly string[]): Promise<void> {
    return this.#remote.run(moveMessages, { from, to, subjects }, actTimeoutMs)
  }

  mark(path: string, subjects: readonly string[], as: 'read' | 'flagged'): Promise<void> {
    return this.#remote.run(markMessages, { path, subjects, as }, actTimeoutMs)
  }

  goOffline(): Promise<void> {
    return this.#remote.run(goOffline, {}, actTimeoutMs)
  }

  /** What was done meanwhile is begun at the server. */
  goOnline(): Promise<void> {
    return this.#remote.run(goOnline, {}, actTimeoutMs)
  }

  /** What its error console and its log of the IMAP sessions have to complain of. */
  async faults(): Promise<readonly string[]> {
    const said = await this.#remote.run<readonly string[]>(consoleErrors, {}, actTimeoutMs)
    const logs = readdirSync(this.#home).filter((name) => name.startsWith('imap'))
    assert.notEqual(logs.length, 0)
    const lines = logs.flatMap((name) => readFileSync(join(this.#home, name), 'latin1').split('\n'))
    assert.ok(lines.some((line) => line.includes('OK')))
    return [...said, ...lines.filter((line) => complaint.test(line))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It answers nothing more when it quits.
    await this.#remote.run(quit, {}, actTimeoutMs).catch(() => undefined)
    this.#remote[Symbol.dispose]()
    try {
      await this.#child.end(endTimeoutMs)
    } finally {
      if (!this.#child.hasEnded) this.#child.kill('SIGKILL')
      rmSync(this.#home, { recursive: true, force: true })
    }
  }
}

export interface SearchPlace {
  readonly in: 'subject' | 'body'
  readonly word: string
  readonly at: 'server' | 'disk'
}

const complaint = /CreateNewLineFromSocket: (?:\S+ (?:NO|BAD) |\* BYE)|DIDN'T UNDERSTAND|PARSER/i

function certutil(args: readonly string[]): void {
  const { status, stderr } = spawnSync('certutil', args, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}

/** Nothing is asked of anybody but the platform, and nobody is asked anything at the first start. */
const preferences = `
user_pref("marionette.port", 0);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.blocklist.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("mailnews.start_page.enabled", false);
user_pref("mailnews.auto_config.fetchFromISP.enabled", false);
user_pref("mail.server.default.offline_download", false);
user_pref("mail.server.default.autosync_offline_stores", false);
user_pref("mail.server.default.check_new_mail", false);
user_pref("mail.prompt_purge_threshhold", false);
`

/** What every script below begins with. */
const common = `
const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
const server = MailServices.accounts.allServers.find(({ type }) => type === 'imap')
const folderAt = (path) =>
  path.split('/').reduce((folder, name) => folder.getChildNamed(name), server.rootFolder)
const ended = (start) => new Promise((resolve, reject) => start({
  QueryInterface: ChromeUtils.generateQI(['nsIUrlListener', 'nsIMsgCopyServiceListener']),
  OnStartRunningUrl() {},
  OnStopRunningUrl(url, status) { this.onStopCopy(status) },
  onStartCopy() {},
  onProgress() {},
  setMessageKey() {},
  getMessageId() { return null },
  onStopCopy(status) {
    if (Components.isSuccessCode(status)) resolve()
    else reject(new Error('0x' + status.toString(16)))
  },
}))
const until = async (look) => {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 20))
}
const headersOf = (folder, subjects) => {
  const wanted = new Set(subjects)
  return [...folder.messages].filter((each) => wanted.has(each.mime2DecodedSubject))
}
const stateOf = (folder) => ({
  total: folder.getTotalMessages(false),
  unread: folder.getNumUnread(false),
  kept: [...folder.messages].filter(({ messageKey }) => folder.hasMsgOffline(messageKey)).length,
})
`

const addAccount = `
const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
const origin = 'imap://localhost'
const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
login.init(origin, null, origin, args.user, args.password, '', '')
await Services.logins.addLoginAsync(login)
const server = MailServices.accounts.createIncomingServer(args.user, 'localhost', 'imap')
server.port = args.port
server.socketType = Ci.nsMsgSocketType.SSL
server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext
const identity = MailServices.accounts.createIdentity()
identity.email = args.user
const account = MailServices.accounts.createAccount()
account.addIdentity(identity)
account.incomingServer = server
MailServices.accounts.defaultAccount = account
`

const discover = `${common}
await ended((listener) => MailServices.imap.discoverAllFolders(server.rootFolder, listener, null))
return server.rootFolder.descendants.map(({ URI }) => decodeURI(URI.slice(server.rootFolder.URI.length + 1)))
`

const updateFolder = `${common}
const folder = folderAt(args.path).QueryInterface(Ci.nsIMsgImapMailFolder)
// While it updates the folder by itself, who asks for it as well is not told of the end.
const attempts = []
const asked = () => ended((listener) => folder.updateFolderWithListener(null, listener))
const pause = () => new Promise((resolve) => setTimeout(resolve, 1500))
for (let isDone = false; !isDone; ) {
  attempts.push(asked().then(() => true, pause))
  isDone = await Promise.race([...attempts, pause()])
}
return stateOf(folder)
`

const keepFolder = `${common}
const folder = folderAt(args.path)
folder.setFlag(Ci.nsMsgFolderFlags.Offline)
await ended((listener) => folder.downloadAllForOffline(listener, null))
return stateOf(folder)
`

const searchFolder = `${common}
const session = Cc['@mozilla.org/messenger/searchSession;1'].createInstance(Ci.nsIMsgSearchSession)
const scope = args.at === 'server' ? Ci.nsMsgSearchScope.onlineMail : Ci.nsMsgSearchScope.offlineMail
session.addScopeTerm(scope, folderAt(args.path))
const term = session.createTerm()
const value = term.value
term.attrib = args.in === 'body' ? Ci.nsMsgSearchAttrib.Body : Ci.nsMsgSearchAttrib.Subject
term.op = Ci.nsMsgSearchOp.Contains
value.attrib = term.attrib
value.str = args.word
term.value = value
session.appendTerm(term)
const subjects = []
await new Promise((resolve) => {
  const listener = {
    QueryInterface: ChromeUtils.generateQI(['nsIMsgSearchNotify']),
    onNewSearch() {},
    onSearchHit: (header) => void subjects.push(header.mime2DecodedSubject),
    onSearchDone: resolve,
  }
  session.registerListener(listener, Ci.nsIMsgSearchSession.allNotifications)
  session.search(null)
})
return subjects.sort()
`

const moveMessages = `${common}
const [from, to] = [folderAt(args.from), folderAt(args.to)]
const headers = headersOf(from, args.subjects)
const before = to.getTotalMessages(false)
await ended((listener) => MailServices.copy.copyMessages(from, headers, to, true, listener, null, false))
// It asks the server for what has arrived there by itself.
if (!Services.io.offline) await until(() => to.getTotalMessages(false) === before + headers.length)
`

const markMessages = `${common}
const folder = folderAt(args.path)
const headers = headersOf(folder, args.subjects)
if (args.as === 'read') folder.markMessagesRead(headers, true)
else folder.markMessagesFlagged(headers, true)
`

const manager = `${common}
const manager = Cc['@mozilla.org/messenger/offline-manager;1'].getService(Ci.nsIMsgOfflineManager)
`

const goOffline = `${manager}
const { msgWindow } = Services.wm.getMostRecentWindow('mail:3pane')
manager.synchronizeForOffline(false, false, false, true, msgWindow)
await until(() => Services.io.offline)
`

const goOnline = `${manager}
const { msgWindow } = Services.wm.getMostRecentWindow('mail:3pane')
manager.goOnline(false, true, msgWindow)
await until(() => !Services.io.offline && !manager.inProgress)
`

const consoleErrors = `
const isOurs = (text) => /imap|mailnews|messenger|modules\\/(?:Mail|Imap)/i.test(text)
return Services.console.getMessageArray()
  .filter((each) => each instanceof Ci.nsIScriptError && (each.flags & Ci.nsIScriptError.warningFlag) === 0)
  .map((each) => each.sourceName + ': ' + each.errorMessage)
  .filter(isOurs)
`

const quit = `Services.startup.quit(Services.startup.eForceQuit)`
