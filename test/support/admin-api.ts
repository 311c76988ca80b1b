/** The admin API over HTTPS, as any program meets it. The certificate is verified. */
import { request } from 'node:https'
import type { Platform } from './platform.ts'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly method?: string
  readonly token?: string
  readonly body?: object
  /** Why: what needs a second person is asked for then. */
  readonly reason?: string
}

/** `path` is under `/admin/v1/`. */
export function ask(platform: Platform, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', token, body, reason } = asked
  const answered = Promise.withResolvers<Answer>()
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(reason === undefined ? {} : { 'tamar-reason': reason }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const port = platform.port('https')
  const options = { host: 'localhost', port, ca: platform.ca, method, headers, agent: false }
  const sent = request({ ...options, path: `/admin/v1/${path}` }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text += chunk))
    response.on('end', () =>
      answered.resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
    )
  })
  sent.on('error', answered.reject)
  sent.end(body === undefined ? undefined : JSON.stringify(body))
  return answered.promise
}

/** Undefined: he may not. */
export async function openToken(
  platform: Platform,
  address: string,
  password: string,
): Promise<string | undefined> {
  const { body } = await ask(platform, 'sessions', { method: 'POST', body: { address, password } })
  const { token } = body
  return typeof token === 'string' ? token : undefined
}
