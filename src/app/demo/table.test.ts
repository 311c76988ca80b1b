import assert from 'node:assert/strict'
import { it } from 'node:test'
import { formatReadyLine, formatReadyTable, type Ready } from './table.ts'

const ready: Ready = {
  listeners: {
    smtp: { host: '127.0.0.1', port: 2525 },
    submission: { host: '127.0.0.1', port: 5587 },
    submissions: { host: '127.0.0.1', port: 5465 },
    imaps: { host: '127.0.0.1', port: 5993 },
    https: { host: '127.0.0.1', port: 8443 },
  },
  caPath: '/srv/a folder/ca.pem',
  audit: { audit: '/srv/data.audit', witness: '/srv/data.witness' },
  founding: undefined,
  people: [
    {
      address: 'a@td.gov.example',
      names: { en: 'A', zh: '甲' },
      department: 'TD',
      password: 'p',
      appPassword: 'q',
    },
  ],
}

it('the line for programs has the promised form', () => {
  assert.equal(
    formatReadyLine(ready),
    '{"ready":true,"listeners":{"smtp":"127.0.0.1:2525","submission":"127.0.0.1:5587","submissions":"127.0.0.1:5465","imaps":"127.0.0.1:5993","https":"https://localhost:8443"},"ca":"/srv/a folder/ca.pem","audit":{"audit":"/srv/data.audit","witness":"/srv/data.witness"},"people":[{"address":"a@td.gov.example","password":"p","appPassword":"q","department":"TD"}]}',
  )
})

it('the table says who can sign in, and quotes a path with blanks for the shell', () => {
  const table = formatReadyTable(ready)
  assert.match(table, /127\.0\.0\.1:5993 +IMAP/)
  assert.match(table, /a@td\.gov\.example +p +q +A 甲, TD/)
  assert.match(table, /curl --cacert '\/srv\/a folder\/ca\.pem'/)
  assert.match(table, /update-ca-certificates/)
  assert.match(table, /certutil .* -i '\/srv\/a folder\/ca\.pem'/)
  assert.match(table, /--data \/srv\/data\.audit audit enrol/)
})
