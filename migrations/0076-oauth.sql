-- Tokens of mail programs. The tokens themselves are nowhere: `key` is a keyed digest. What one opens is
-- sealed under the key of its owner's department, so that no department's key makes another's tokens.
CREATE TABLE oauth_token (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  program_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('access', 'refresh')),
  sealed bytea NOT NULL,
  expires_at bigint NOT NULL,
  -- Of a refresh token: when it was changed for others. Whoever shows it again is not its only holder.
  spent_at bigint,
  mac bytea NOT NULL,
  PRIMARY KEY (bucket, key)
);
CREATE INDEX oauth_token_expired ON oauth_token (bucket, expires_at);
COMMENT ON TABLE oauth_token IS
  'class: bucket; tokens of mail programs by keyed digest, sealed to the department of their owner; the row is under a MAC';
