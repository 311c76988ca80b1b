/**
 * Runs in the world's namespace: the hostile proxies and the host that serves policies over HTTPS.
 * It is told over a socket in the file system which harm a proxy does, and says what passed in clear.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { once } from 'node:events'
import { hostile, stsPolicies } from './domains.ts'
import { places } from './network.ts'
import { HostileProxy, type Harm } from './proxy.ts'

const [socketPath = '', keyPath = '', certificatePath = '', evilKeyPath = '', evilPath = ''] =
  process.argv.slice(2)
const read = (path: string) => readFileSync(path, 'utf8')

const proxies = new Map<string, HostileProxy>()
for (const { domain, address } of hostile) {
  const upstream = places.postfix
  const evil = { key: read(evilKeyPath), cert: read(evilPath) }
  proxies.set(domain, await HostileProxy.start({ address, upstream, ...evil }))
}

const policies = createHttpsServer(
  { key: read(keyPath), cert: read(certificatePath) },
  (request, response) => {
    const mx = stsPolicies.get((request.headers.host ?? '').replace(/^mta-sts\./, ''))
    if (mx === undefined || request.url !== '/.well-known/mta-sts.txt') {
      response.writeHead(404).end()
      return
    }
    response.setHeader('content-type', 'text/plain')
    response.end(`version: STSv1\r\nmode: enforce\r\nmx: ${mx}\r\nmax_age: 604800\r\n`)
  },
).listen(443, places.policies)
await once(policies, 'listening')

const control = createServer((request, response) => {
  const [, domain = '', harm] = (request.url ?? '').split('/')
  const proxy = proxies.get(domain)
  if (proxy !== undefined && harm !== undefined) proxy.harm = harm as Harm
  response.end(proxy?.clear ?? '')
}).listen(socketPath)
await once(control, 'listening')
console.log('ready')
