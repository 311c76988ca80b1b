-- The outbox of the audit trail and the mail log. Everything that says who or what is sealed.

-- The role that drops what is shipped. It can do nothing else, and no node works as it. Roles belong
-- to the whole server, so another database of it may have made this one already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tamar_audit_drop') THEN
    CREATE ROLE tamar_audit_drop NOLOGIN NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this server was faster
END
$$;

-- insert-only: the platform's role may INSERT and SELECT, never UPDATE or DELETE. A day is a partition;
-- shipped ones are dropped by a role of their own. A node numbers its entries without gap within one
-- run; the bucket is a hash of the node, so that one chain stands whole and in order in one bucket.
CREATE TABLE audit_outbox (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  node_id text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  at bigint NOT NULL,
  entry bytea NOT NULL,
  -- The MAC of the entry before, committed or not: a crash in between leaves a gap, never a doubt.
  previous bytea NOT NULL CHECK (octet_length(previous) = 32),
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  -- A void has the time of the entry whose number it takes: so it meets it here.
  PRIMARY KEY (bucket, node_id, seq, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE audit_outbox IS
  'class: bucket; insert-only; sealed audit entries, numbered and MAC-chained per node';

-- Takes what no day's partition is there for: an insert never fails for want of one.
CREATE TABLE audit_outbox_rest PARTITION OF audit_outbox DEFAULT;
COMMENT ON TABLE audit_outbox_rest IS
  'class: bucket; insert-only; entries of days that have no partition';

-- insert-only: how far the audit process has sealed each chain, and what the next entry links to.
-- It outlives the entries. Nothing is dropped on its word alone.
CREATE TABLE audit_shipped (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  node_id text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  hands_on bytea NOT NULL CHECK (octet_length(hands_on) = 32),
  is_stop boolean NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (bucket, node_id, seq)
);
COMMENT ON TABLE audit_shipped IS
  'class: bucket; insert-only; how far each chain is sealed by the audit process';

-- Called ahead of time by any node. False: it has to be tried again, nothing is lost meanwhile.
CREATE FUNCTION audit_make_partition(day integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  name text := format('audit_outbox_d%s', day);
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    RETURN true;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE audit_outbox INCLUDING ALL)', name);
  EXECUTE format('COMMENT ON TABLE %I IS %L', name,
    'class: bucket; insert-only; audit entries of one day');
  EXECUTE format('ALTER TABLE audit_outbox ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name,
    day::bigint * 86400000, (day::bigint + 1) * 86400000);
  RETURN true;
EXCEPTION WHEN lock_not_available OR check_violation OR duplicate_table OR unique_violation THEN
  RETURN false; -- busy, another node made it, or entries of that day are in the rest
END
$$;

-- The caller has proved that a witnessed checkpoint covers every entry of the day.
CREATE FUNCTION audit_drop_partition(day integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
  EXECUTE format('DROP TABLE %I', format('audit_outbox_d%s', day));
END
$$;

-- The same for entries before a time that are in the rest.
CREATE FUNCTION audit_empty_rest(before_at bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM audit_outbox_rest WHERE at < before_at
$$;

-- Older words about a chain that has newer ones.
CREATE FUNCTION audit_forget_shipped(before_at bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM audit_shipped AS old WHERE old.at < before_at AND EXISTS (
    SELECT FROM audit_shipped AS newer WHERE newer.bucket = old.bucket
      AND newer.node_id = old.node_id AND newer.seq > old.seq)
$$;

REVOKE ALL ON FUNCTION audit_make_partition(integer), audit_drop_partition(integer),
  audit_empty_rest(bigint), audit_forget_shipped(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_make_partition(integer) TO tamar_node;
GRANT EXECUTE ON FUNCTION audit_drop_partition(integer), audit_empty_rest(bigint),
  audit_forget_shipped(bigint) TO tamar_audit_drop;
GRANT USAGE ON SCHEMA public TO tamar_audit_drop;
GRANT SELECT ON audit_outbox, audit_outbox_rest, audit_shipped TO tamar_audit_drop;

-- One row is what one group commit gathered: a sealed list of mail log entries. Expired by time.
CREATE TABLE mail_log (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  last_at bigint NOT NULL,
  batch_id uuid NOT NULL,
  first_at bigint NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (bucket, last_at, batch_id)
);
COMMENT ON TABLE mail_log IS
  'class: bucket; sealed batches of the mail log: time, client, sender, recipients, size';
