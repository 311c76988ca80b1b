/** A server with fakes at its ports, for this room's tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, systemClock } from '../base/clock.ts'
import { type CertificateFiles, ensureCertificates } from '../net/certificates.ts'
import type { TlsMode } from '../net/connection.ts'
import { createTlsSource } from '../net/tls.ts'
import { FakeAccess, FakeDelivery } from './fake-ports.ts'
import type { Mode } from './inbound/types.ts'
import type { SmtpLimits } from './limits.ts'
import { MemoryBudget } from '../net/memory-budget.ts'
import { type SmtpServer, createSmtpServer } from './server.ts'

export interface TestServer extends AsyncDisposable {
  readonly server: SmtpServer
  readonly port: number
  readonly delivery: FakeDelivery
  readonly access: FakeAccess
  readonly clock: ManualClock
  readonly budget: MemoryBudget
  readonly files: CertificateFiles
}

export interface TestServerOptions {
  readonly mode?: Mode
  readonly tls?: TlsMode
  readonly limits?: Partial<SmtpLimits>
  readonly budgetOctets?: number
}

export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-smtp-'))
  const files = await ensureCertificates({ folder, clock: systemClock })
  const tls = createTlsSource({ ...files, clock: systemClock })
  const delivery = new FakeDelivery()
  const access = new FakeAccess()
  const clock = new ManualClock()
  const budget = new MemoryBudget(options.budgetOctets ?? 64 * 1024 * 1024)
  const server = await createSmtpServer({
    listen: [{ host: '127.0.0.1', port: 0, tls: options.tls ?? 'starttls' }],
    mode: options.mode ?? 'relay',
    hostname: 'mx.gov.example',
    limits: { isLoopbackExempt: false, ...options.limits },
    delivery,
    access,
    clock,
    budget,
    tls,
  })
  return {
    server,
    port: server.addresses[0]?.port ?? 0,
    delivery,
    access,
    clock,
    budget,
    files,
    async [Symbol.asyncDispose]() {
      await server.close()
      tls[Symbol.dispose]()
      await rm(folder, { recursive: true })
    },
  }
}
