/** What the verbs of reports stand on. */
import type {
  DmarcGroup,
  DmarcSum,
  Summary,
  SummaryQuestion,
  TlsGroup,
  TlsSum,
} from '../../report/received/summarise.ts'

/** What other systems reported. Whether somebody may see it was asked before. */
export interface ReportPorts {
  dmarc(question: SummaryQuestion<DmarcGroup>): Promise<Summary<DmarcSum>>
  tls(question: SummaryQuestion<TlsGroup>): Promise<Summary<TlsSum>>
}
