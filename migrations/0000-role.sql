-- The role every node works as: rows only, no DDL, no TRUNCATE. Roles belong to the whole server,
-- so another database of it may have made this one already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tamar_node') THEN
    CREATE ROLE tamar_node NOLOGIN NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this server was faster
END
$$;

-- Whoever runs the migrations may become it: nodes log in and take this role at once. A superuser
-- needs no grant. PostgreSQL 16 gives the maker of a role ADMIN but not SET: hence always the grant.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
     AND NOT pg_has_role(current_user, 'tamar_node', 'USAGE') THEN
    EXECUTE format('GRANT tamar_node TO %I', current_user);
  END IF;
END
$$;
