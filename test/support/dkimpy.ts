/** Debian's dkimpy, with DNS as a table: an independent hand that signs, seals and judges. */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { DkimKey } from '../../src/mailauth/dkim/key.ts'
import { needs, python } from './needs.ts'

export const needsDkimpy = (t: TestContext): boolean => needs(t, python)

const head = `
import sys, json, dkim, base64
job = json.load(sys.stdin)
message = base64.b64decode(job['message'])
def dns(name, timeout=5):
    text = job['records'].get(name.decode().rstrip('.').lower())
    return None if text is None else text.encode()
`

const scripts = {
  sign: `${head}
key = job['key'].encode()
out = dkim.sign(message, job['selector'].encode(), job['domain'].encode(), key,
  length=job['length'], canonicalize=(b'relaxed', b'simple'))
sys.stdout.buffer.write(out + message)
`,
  seal: `${head}
out = dkim.arc_sign(message, job['selector'].encode(), job['domain'].encode(), job['key'].encode(),
  job['authserv'].encode())
sys.stdout.buffer.write(b''.join(out) + message)
`,
  judge: `${head}
cv, results, reason = dkim.arc_verify(message, dnsfunc=dns)
sys.stdout.buffer.write((cv.decode() + ' ' + reason).encode())
`,
} as const

export type Records = Readonly<Record<string, string>>

export interface DkimpyJob {
  readonly message: Buffer
  readonly records?: Records
  readonly key?: DkimKey
  /** Sign only the body there is (l=). */
  readonly length?: boolean
  readonly authserv?: string
}

export function dkimpy(what: keyof typeof scripts, job: DkimpyJob): Buffer {
  const { message, records = {}, key, length = false, authserv = '' } = job
  const input = JSON.stringify({
    message: message.toString('base64'),
    records,
    length,
    authserv,
    domain: key?.domain,
    selector: key?.selector,
    key: key?.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  })
  const run = spawnSync(python, ['-c', scripts[what]], { input, maxBuffer: 16 * 1024 * 1024 })
  assert.equal(run.status, 0, run.stderr.toString())
  return run.stdout
}
