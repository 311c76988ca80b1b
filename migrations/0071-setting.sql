-- What somebody keeps in an account beside its mail: how he signs, how he is away.

CREATE TABLE setting (
  account_id uuid NOT NULL REFERENCES account,
  -- Whose it is: a person's, or the account's own id where all its users share it.
  holder_id uuid NOT NULL,
  kind text NOT NULL,
  setting_id text NOT NULL,
  modseq bigint NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (account_id, holder_id, kind, setting_id)
);
COMMENT ON TABLE setting IS
  'class: account; what a person keeps in an account beside its mail, such as signatures, sealed';
