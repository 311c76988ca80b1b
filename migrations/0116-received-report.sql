-- What other systems reported of mail in our names (DMARC, RFC 9990) and of TLS with our servers (RFC 8460): a
-- row for each report and domain of ours. Who reported, of which domain and what is sealed; nobody's address and
-- no message is in it.

CREATE TABLE received_report (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  -- HMAC of all that makes a report the same: one that comes twice is there once.
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  kind text NOT NULL CHECK (kind IN ('dmarc', 'tls')),
  -- Of which it tells, and when it came: days since 1970, UTC.
  day integer NOT NULL,
  received_day integer NOT NULL,
  -- HMAC of the domain of ours, and of who reports.
  domain_key bytea NOT NULL CHECK (octet_length(domain_key) = 32),
  reporter_key bytea NOT NULL CHECK (octet_length(reporter_key) = 32),
  sealed bytea NOT NULL,
  PRIMARY KEY (bucket, key)
);
CREATE INDEX received_report_day ON received_report (kind, day, bucket, key);
CREATE INDEX received_report_received ON received_report (kind, received_day, reporter_key);
COMMENT ON TABLE received_report IS
  'class: bucket; what other systems reported of our mail, as counts, for some months';
