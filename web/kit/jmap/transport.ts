/**
 * Method calls, batched: whatever is asked within one turn of the loop leaves in one request.
 * RFC 8620 §3. Nothing here knows what the methods mean.
 */

/** The result of another call of the same group: RFC 8620 §3.7. */
export class Reference {
  readonly of: number
  readonly path: string

  /** @param of which call of the group, from 0 */
  constructor(of: number, path: string) {
    this.of = of
    this.path = path
  }
}

export type Call = readonly [name: string, args: Readonly<Record<string, unknown>>]

/** A method's own error: the rest of the batch went on. RFC 8620 §3.6.2. */
export class MethodError extends Error {
  readonly type: string
  readonly method: string

  constructor(method: string, type: string, description: string | undefined) {
    super(`${method}: ${type}${description === undefined ? '' : `: ${description}`}`)
    this.type = type
    this.method = method
  }
}

/** The request as a whole came to nothing: no network, no longer signed in, or a fault there. */
export class RequestError extends Error {
  /** 0 when nothing answered. */
  readonly status: number

  constructor(status: number, cause?: unknown) {
    super(status === 0 ? 'the server cannot be reached' : `the server answered ${status}`, {
      cause,
    })
    this.status = status
  }

  get isSignedOut(): boolean {
    return this.status === 401
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface TransportOptions {
  readonly apiUrl: string
  readonly using: readonly string[]
  readonly callsMax: number
  readonly fetch: Fetch
  readonly onSignedOut?: () => void
}

interface Group {
  readonly calls: readonly Call[]
  readonly isBackground: boolean
  readonly resolve: (responses: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

type Response_ = readonly [name: string, args: Record<string, unknown>, id: string]

export class Transport {
  readonly #options: TransportOptions
  #waiting: Group[] = []

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** Whether the server has what the capability names. */
  can(capability: string): boolean {
    return this.#options.using.includes(capability)
  }

  /** One call. @throws MethodError | RequestError */
  async call<T>(
    name: string,
    args: Readonly<Record<string, unknown>>,
    isBackground = false,
  ): Promise<T> {
    const [response] = await this.calls([[name, args]], isBackground)
    return response as T // What a method answers is the standard's word.
  }

  /**
   * Calls of one group stay in one request and may refer to each other. Resolves with the arguments of
   * each response, in order. What nobody asked for by hand is said to be in the background: it is no use
   * of the sign-in. @throws the first MethodError among them
   */
  calls(calls: readonly Call[], isBackground = false): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => this.#leave())
      this.#waiting.push({ calls, isBackground, resolve, reject })
    })
  }

  #leave(): void {
    const groups = this.#waiting
    this.#waiting = []
    this.#pack(groups.filter(({ isBackground }) => !isBackground))
    this.#pack(groups.filter(({ isBackground }) => isBackground))
  }

  /** As few requests as the server's limit allows. */
  #pack(groups: readonly Group[]): void {
    let some: Group[] = []
    let count = 0
    for (const group of groups) {
      if (count > 0 && count + group.calls.length > this.#options.callsMax) {
        void this.#send(some)
        some = []
        count = 0
      }
      some.push(group)
      count += group.calls.length
    }
    if (some.length > 0) void this.#send(some)
  }

  async #send(groups: readonly Group[]): Promise<void> {
    const methodCalls = groups.flatMap(({ calls }, group) =>
      calls.map(([name, args], at) => [name, referTo(args, calls, group), `${group}.${at}`]),
    )
    let responses: readonly Response_[]
    try {
      const isBackground = groups.every((group) => group.isBackground)
      responses = await this.#post({ using: this.#options.using, methodCalls }, isBackground)
    } catch (error) {
      for (const { reject } of groups) reject(error)
      return
    }
    for (const [index, group] of groups.entries()) settle(group, index, responses)
  }

  async #post(body: object, isBackground: boolean): Promise<readonly Response_[]> {
    const { fetch, apiUrl, onSignedOut } = this.#options
    let response: Response
    try {
      response = await fetch(apiUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-tamar-request': '1',
          ...(isBackground ? { 'x-tamar-background': '1' } : {}),
        },
        body: JSON.stringify(body),
      })
    } catch (error) {
      throw new RequestError(0, error)
    }
    if (response.status === 401) onSignedOut?.()
    if (!response.ok) throw new RequestError(response.status)
    const { methodResponses } = (await response.json()) as { methodResponses: Response_[] }
    return methodResponses
  }
}

/** `{ids: new Reference(0, '/ids')}` becomes `{'#ids': {resultOf, name, path}}`. */
function referTo(args: Call[1], calls: readonly Call[], group: number): object {
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        if (!(value instanceof Reference)) return [key, value]
        const name = calls[value.of]?.[0]
        return [`#${key}`, { resultOf: `${group}.${value.of}`, name, path: value.path }]
      }),
  )
}

function settle({ calls, resolve, reject }: Group, index: number, all: readonly Response_[]): void {
  const answers: unknown[] = []
  for (const [at, [method]] of calls.entries()) {
    // A method that acts on others too answers twice with one id; the first is its own.
    const response = all.find(([, , id]) => id === `${index}.${at}`)
    if (response === undefined) return reject(new MethodError(method, 'serverFail', 'no response'))
    const [name, args] = response
    if (name === 'error') {
      const { type, description } = args as { type: string; description?: string }
      return reject(new MethodError(method, type, description))
    }
    answers.push(args)
  }
  resolve(answers)
}
