import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { formatFaults } from './config-faults.ts'
import type { ConfigSources } from './config-sources.ts'
import { type ConfigResult, readConfig } from './config.ts'

const bare: ConfigSources = { environment: {}, options: {}, cwd: '/nowhere', home: '/opt/tamar' }

function configOf(result: ConfigResult) {
  assert.ok('config' in result, 'faults' in result ? formatFaults(result.faults) : '')
  return result.config
}

function faultsOf(result: ConfigResult): readonly string[] {
  assert.ok('faults' in result)
  return result.faults.map(({ sentence }) => sentence)
}

function withFile<T>(toml: string, work: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-config-'))
  try {
    const path = join(folder, 'tamar.toml')
    writeFileSync(path, toml)
    return work(path, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('configuration', () => {
  it('needs nothing: embedded database, loopback listeners, key beside the data directory', () => {
    const config = configOf(readConfig(bare))
    assert.equal(config.data, '/opt/tamar/data')
    assert.equal(config.objects, '/opt/tamar/data/objects')
    assert.deepEqual(config.masterKey, { kind: 'file', path: '/opt/tamar/data.key/master.key' })
    assert.equal(config.database.kind, 'embedded')
    assert.deepEqual(config.listeners.smtp, { host: '127.0.0.1', port: 2525 })
    assert.equal(config.listeners.imap, undefined)
    assert.equal(config.listeners.imapPlaintext, undefined)
    assert.deepEqual([...config.roles], ['smtp', 'submission', 'imap', 'http', 'worker'])
  })

  it('lets the environment override the file and an option override both', () => {
    withFile('workers = 2\nlogLevel = "warn"\nhostname = "a.example"\n', (file) => {
      const config = configOf(
        readConfig({
          ...bare,
          file,
          environment: { TAMAR_WORKERS: '3', TAMAR_LOG_LEVEL: 'error' },
          options: { workers: '4' },
        }),
      )
      assert.equal(config.workers, 4)
      assert.equal(config.logLevel, 'error')
      assert.equal(config.hostname, 'a.example')
    })
  })

  it('takes paths of the file relative to the file and of options relative to the caller', () => {
    withFile('objects = "big"\n', (file, folder) => {
      const config = configOf(readConfig({ ...bare, file, options: { data: 'here' } }))
      assert.equal(config.objects, join(folder, 'big'))
      assert.equal(config.data, '/nowhere/here')
    })
  })

  it('adds the port offset to every port but 0', () => {
    const environment = { TAMAR_LISTEN_IMAPS: '127.0.0.1:0' }
    const config = configOf(readConfig({ ...bare, environment, options: { portOffset: '1000' } }))
    assert.equal(config.listeners.https?.port, 9443)
    assert.equal(config.listeners.imaps?.port, 0)
  })

  it('reads lists from commas', () => {
    const config = configOf(readConfig({ ...bare, options: { roles: 'smtp, worker' } }))
    assert.deepEqual([...config.roles], ['smtp', 'worker'])
  })

  it('names every fault at once, with key, value, what is allowed and the source', () => {
    withFile('[listen]\nsmtp = "everywhere"\nimapss = "x"\n', (file) => {
      const environment = { TAMAR_WORKERS: 'many' }
      const faults = faultsOf(
        readConfig({ ...bare, file, environment, options: { roles: 'cook' } }),
      )
      assert.deepEqual(faults.toSorted(), [
        `listen.imapss (${file}) is not a key of Tamar. Did you mean listen.imaps?`,
        `listen.smtp is "everywhere" (${file}); allowed is an address with a port such as 127.0.0.1:2525 or [::1]:2525, or off.`,
        'roles is "cook" (the option --roles); allowed is one or more of smtp, submission, imap, http, worker.',
        'workers is "many" (the variable TAMAR_WORKERS); allowed is a whole number from 1 to 64.',
      ])
    })
  })

  it('says that a section was given as a value', () => {
    withFile('listen = 25\n', (file) => {
      assert.deepEqual(faultsOf(readConfig({ ...bare, file })), [
        `listen is 25 (${file}); allowed is a section, written [listen].`,
      ])
    })
  })

  it('refuses plaintext IMAP beyond loopback', () => {
    const environment = { TAMAR_LISTEN_IMAP_PLAINTEXT: '0.0.0.0:5144' }
    const [fault] = faultsOf(readConfig({ ...bare, environment }))
    assert.match(fault ?? '', /loopback/)
  })

  it('refuses two listeners at one place, and a port moved out of range', () => {
    const environment = { TAMAR_LISTEN_IMAPS: '127.0.0.1:2525', TAMAR_LISTEN_HTTPS: '[::1]:65000' }
    const faults = faultsOf(readConfig({ ...bare, environment, options: { portOffset: '600' } }))
    assert.equal(faults.length, 2)
    assert.match(faults[0] ?? '', /listen\.imaps.*listen\.smtp does not have/)
    assert.match(faults[1] ?? '', /listen\.https.*65535/)
  })

  it('refuses a master key inside the data directory', () => {
    const environment = { TAMAR_MASTER_KEY_FILE: '/srv/t/k', TAMAR_DATA: '/srv/t' }
    assert.match(faultsOf(readConfig({ ...bare, environment }))[0] ?? '', /outside the data/)
  })

  it('takes a password in the database URL from the environment only, and never shows it', () => {
    const url = 'postgres://tamar:hunter2@db/tamar'
    const config = configOf(readConfig({ ...bare, environment: { TAMAR_DATABASE_URL: url } }))
    assert.equal(config.database.kind === 'external' && config.database.url, url)
    withFile(`[database]\nurl = "${url}"\n`, (file) => {
      const [fault] = faultsOf(readConfig({ ...bare, file }))
      assert.match(fault ?? '', /passwordFile/)
      assert.doesNotMatch(fault ?? '', /hunter2/)
    })
  })

  it('asks for all keys of a token and for both halves of a certificate', () => {
    const environment = {
      TAMAR_MASTER_KEY_PKCS11_MODULE: '/usr/lib/softhsm.so',
      TAMAR_TLS_CERTIFICATE: '/etc/c.pem',
    }
    const faults = faultsOf(readConfig({ ...bare, environment }))
    assert.equal(faults.length, 4)
  })

  it('asks for the credential of an audit process elsewhere, and takes both', () => {
    const url = 'https://audit.gov.example:9443'
    const alone = { TAMAR_AUDIT_URL: url }
    assert.match(
      faultsOf(readConfig({ ...bare, environment: alone }))[0] ?? '',
      /audit\.credential/,
    )
    const both = { ...alone, TAMAR_AUDIT_CREDENTIAL: '/etc/tamar/node.pem' }
    const read = readConfig({ ...bare, environment: both })
    assert.deepEqual('config' in read && read.config.audit, {
      url,
      credential: '/etc/tamar/node.pem',
    })
  })

  it('says line and column of a file that is not TOML, and that a named file is missing', () => {
    withFile('workers = = 2\n', (file) => {
      assert.match(faultsOf(readConfig({ ...bare, file }))[0] ?? '', /line 1, column \d+/)
    })
    assert.deepEqual(faultsOf(readConfig({ ...bare, file: '/nowhere/x.toml' })), [
      '/nowhere/x.toml does not exist.',
    ])
  })

  it('notes a variable that begins like ours and is none', () => {
    const result = readConfig({ ...bare, environment: { TAMAR_DATAA: 'x', TAMAR_REQUIRE: 'all' } })
    assert.deepEqual('notes' in result && result.notes, [
      'The variable TAMAR_DATAA is not one that Tamar reads.',
    ])
  })

  it('is frozen', () => {
    const config = configOf(readConfig(bare))
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.limits))
  })
})
