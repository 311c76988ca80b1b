-- What other domains said over HTTPS of their mail servers (RFC 8461): it must outlive a restart,
-- because who can keep us from asking again must not gain by it.

CREATE TABLE mta_sts_policy (
  -- HMAC of the domain.
  domain_key bytea NOT NULL CHECK (octet_length(domain_key) = 32),
  -- When it was fetched last, and until when it counts.
  fetched_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (domain_key)
);
CREATE INDEX mta_sts_policy_expiry ON mta_sts_policy (expires_at);
COMMENT ON TABLE mta_sts_policy IS
  'class: reference; the sealed MTA-STS policy of a domain that mail was sent to';
