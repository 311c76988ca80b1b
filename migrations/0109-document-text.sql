-- Search: words of attached documents. Which messages have documents to be read waits in document_due; what
-- was read lies in segments of its own, so that the exact search of bodies knows nothing of it. ADR 0062.

CREATE TABLE document_due (
  account_id uuid NOT NULL REFERENCES account,
  message_id uuid NOT NULL,
  -- Somebody reads it until then: milliseconds since 1970, UTC.
  claimed_until bigint NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, message_id)
);
-- The newest first: what was there before waits for what comes.
CREATE INDEX document_due_newest ON document_due (message_id);
COMMENT ON TABLE document_due IS 'class: account; messages whose documents are to be read for search';

CREATE TABLE document_segment (
  account_id uuid NOT NULL REFERENCES account,
  segment_id uuid NOT NULL,
  message_ids uuid[] NOT NULL,
  -- The account's modseq when it became visible.
  modseq bigint NOT NULL,
  -- By which folding its words were made.
  fold smallint NOT NULL,
  text_octets bigint NOT NULL,
  content_key bytea NOT NULL,
  filter bytea NOT NULL,
  texts bytea NOT NULL,
  PRIMARY KEY (account_id, segment_id)
);
-- Sealed octets do not compress: TOAST stores them as they are.
ALTER TABLE document_segment ALTER COLUMN filter SET STORAGE EXTERNAL;
ALTER TABLE document_segment ALTER COLUMN texts SET STORAGE EXTERNAL;
COMMENT ON TABLE document_segment IS
  'class: account; folded words of attached documents, compressed and sealed';

-- Whatever is there already may have documents.
INSERT INTO document_due (account_id, message_id) SELECT account_id, message_id FROM message;
