-- What happened with other domains on a day, as counts, until it is told to them in a report (RFC 8460).
-- Which domain, which of its servers and how it went are sealed; nobody's address and no message is in it.

CREATE TABLE report_count (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  -- Days since 1970, UTC.
  day integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('tls', 'dmarc')),
  -- HMAC of the domain, and of all that is counted together.
  domain_key bytea NOT NULL CHECK (octet_length(domain_key) = 32),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  sealed bytea NOT NULL,
  count bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (bucket, kind, day, domain_key, key)
);
COMMENT ON TABLE report_count IS
  'class: bucket; what happened with a domain on a day, counted, until it is reported';
