/** What an audit process or a witness is told: a small TOML file, and options over it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { parseEndpoint } from '../endpoint.ts'
import { StartFault } from '../start-fault.ts'

const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value),
  z.array(z.string().min(1)),
)

const serveSchema = z.strictObject({
  /** `127.0.0.1:9443` */
  listen: z
    .string()
    .transform((text) => parseEndpoint(text))
    .refine((endpoint) => endpoint !== undefined)
    .optional(),
  /** Names and addresses others reach it by; the first one is written on a witness's card. */
  hostnames: list.default(['localhost', '127.0.0.1']),
  /** The name in its key: `audit.gov.example`. */
  name: z
    .string()
    .regex(/^[^\s+]{1,128}$/)
    .optional(),
  /** Cards of witnesses, for an audit process. */
  witnesses: list.default([]),
  /** How many witnesses must have signed; all of them unless said. */
  quorum: z.coerce.number().int().min(0).max(64).optional(),
  /** A file on another machine's disk that heads are added to. */
  heads: z.string().optional(),
  /** Where alerts are posted. In clear to this machine only. */
  alertWebhook: z
    .string()
    .regex(/^https:\/\/\S+$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/)
    .optional(),
  /** The mail server that takes alerts, `mail.gov.example:25`; its certificate must be trusted. */
  alertMail: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/)
    .optional(),
  /** The authority of that certificate, PEM, where the machine does not know it. */
  alertMailCa: z.string().optional(),
  alertFrom: z.string().default('audit@localhost'),
  /** The security officers. */
  alertTo: list.default([]),
  /** When privileges are used as a matter of course: `8-20`. */
  officeHours: z
    .string()
    .regex(/^\d{1,2}-\d{1,2}$/)
    .default('8-20'),
  /** 1 is Monday. */
  officeDays: list.default(['1', '2', '3', '4', '5']),
  timeZone: z
    .string()
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone))
    .default('Asia/Hong_Kong'),
  /** Public keys of the logs a witness watches, as files. */
  logs: list.default([]),
})

export type ServeConfig = z.output<typeof serveSchema>

/** Options win over the file; paths in the file are relative to it. @throws StartFault */
export function readServeConfig(
  file: string | undefined,
  options: Readonly<Record<string, unknown>>,
): ServeConfig {
  const given = Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) => value !== undefined && key in serveSchema.shape,
    ),
  )
  const checked = serveSchema.safeParse({ ...readFile(file), ...given })
  if (checked.success) return withPaths(checked.data, file)
  const faults = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new StartFault(`What the audit process is told is not good. ${faults.join('. ')}.`)
}

function readFile(file: string | undefined): object {
  if (file === undefined) return {}
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartFault(`${file} cannot be read: ${why}.`, { cause: error })
  }
}

function withPaths(config: ServeConfig, file: string | undefined): ServeConfig {
  const at = (path: string) => resolve(file === undefined ? '.' : dirname(file), path)
  const { witnesses, logs, heads, alertMailCa } = config
  return {
    ...config,
    witnesses: witnesses.map(at),
    logs: logs.map(at),
    ...(heads === undefined ? {} : { heads: at(heads) }),
    ...(alertMailCa === undefined ? {} : { alertMailCa: at(alertMailCa) }),
  }
}
