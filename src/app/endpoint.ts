/** Where a listener stands: an address and a port, written `127.0.0.1:2525` or `[::1]:2525`. */

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export const portMax = 65_535

const pattern = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/

/** Undefined when it is not an endpoint. Port 0 asks the system for a free one. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = pattern.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > portMax) return undefined
  return { host, port }
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Only names and addresses that can never leave the machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
