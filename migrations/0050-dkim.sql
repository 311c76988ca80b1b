-- Keys that sign what leaves for a domain: several of each algorithm while one follows another.

CREATE TABLE dkim_key (
  -- HMAC of the domain.
  domain_key bytea NOT NULL CHECK (octet_length(domain_key) = 32),
  selector text NOT NULL,
  algorithm text NOT NULL CHECK (algorithm IN ('ed25519-sha256', 'rsa-sha256')),
  made_at bigint NOT NULL,
  -- Its record was seen in DNS: it signs from then on.
  published_at bigint,
  -- Another signs since; its record stays a while for what is under way.
  retired_at bigint,
  sealed bytea NOT NULL,
  PRIMARY KEY (domain_key, selector)
);
COMMENT ON TABLE dkim_key IS
  'class: reference; sealed private keys that sign mail for a domain, with their selectors';
