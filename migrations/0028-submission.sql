-- What a person sent by JMAP: what RFC 8621 calls an EmailSubmission. The mail itself is the queue's.

CREATE TABLE submission (
  account_id uuid NOT NULL REFERENCES account,
  submission_id uuid NOT NULL,
  created_modseq bigint NOT NULL,
  modseq bigint NOT NULL,
  sent_at bigint NOT NULL,
  -- Null: it is destroyed, and only that it was is remembered.
  facts bytea,
  PRIMARY KEY (account_id, submission_id)
);
COMMENT ON TABLE submission IS
  'class: account; messages sent by JMAP, their envelopes sealed, to be looked up by who sent them';
