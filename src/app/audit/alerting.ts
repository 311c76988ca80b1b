/** Who hears of alerts, from what an audit process was told. */
import { createAlertMail } from '../../audit/alerts/mail.ts'
import type { AlertsOptions } from '../../audit/alerts/open-alerts.ts'
import type { AlertSender } from '../../audit/alerts/types.ts'
import { createWebhook } from '../../audit/alerts/webhook.ts'
import type { Log } from '../../telemetry/log.ts'
import { StartFault } from '../start-fault.ts'
import type { ServeConfig } from './serve-config.ts'

/** The log of the process hears them always. @throws StartFault */
export function alertingOf(
  config: ServeConfig,
  log: Log,
): Pick<AlertsOptions, 'senders' | 'hours'> {
  const [from = 0, to = 24] = config.officeHours.split('-').map(Number)
  const { timeZone } = config
  return {
    hours: { timeZone, from, to, days: config.officeDays.map(Number) },
    senders: [logSender(log), ...webhookOf(config), ...mailOf(config)],
  }
}

function logSender(log: Log): AlertSender {
  return {
    name: 'log',
    send: async ({ rule, node, seq }) => log.warn('alert', { what: rule, nodeId: node, seq }),
  }
}

function webhookOf({ alertWebhook }: ServeConfig): readonly AlertSender[] {
  return alertWebhook === undefined ? [] : [createWebhook(alertWebhook)]
}

function mailOf(config: ServeConfig): readonly AlertSender[] {
  const { alertMail, alertMailCa: caPath, alertFrom: from, alertTo: to } = config
  if (alertMail === undefined) return []
  if (to.length === 0) throw new StartFault('alertMail is given: say in alertTo who reads it.')
  const [host = '', port] = alertMail.split(':')
  return [createAlertMail({ host, port: Number(port), from, to, caPath })]
}
