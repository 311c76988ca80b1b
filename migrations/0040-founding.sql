-- The founding: four people take four seats, each with a key of his own, and sign together. Names are
-- sealed; the private keys open with their owners' passphrases only. Rows stay as the record.

CREATE TABLE founding (
  id smallint PRIMARY KEY CHECK (id = 1),
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  begun_at bigint NOT NULL,
  ended_at bigint
);
COMMENT ON TABLE founding IS
  'class: reference; the one founding of this platform and the hash of its present link';

CREATE TABLE founder (
  seat text PRIMARY KEY
    CHECK (seat IN ('administrator-1', 'administrator-2', 'security-officer', 'auditor')),
  sign_in_lookup bytea NOT NULL UNIQUE CHECK (octet_length(sign_in_lookup) = 32),
  name_lookup bytea NOT NULL UNIQUE CHECK (octet_length(name_lookup) = 32),
  sealed bytea NOT NULL,
  public_key bytea NOT NULL UNIQUE,
  sealed_private_key bytea NOT NULL,
  enrolled_at bigint NOT NULL,
  signature bytea CHECK (octet_length(signature) = 64),
  signed_at bigint,
  mac bytea NOT NULL,
  CHECK ((signature IS NULL) = (signed_at IS NULL))
);
COMMENT ON TABLE founder IS
  'class: reference; who founded this platform in which seat, his key and his signature';
