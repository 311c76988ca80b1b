-- What may be set and changes how the platform behaves: one row for each version of a policy, of the
-- platform or of a department. The row in force has a look-up value; the rows before it keep the
-- history. Its shape is the directory's, because it is read, verified and written by the same code.

CREATE TABLE policy (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'former')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'former'))
);
COMMENT ON TABLE policy IS
  'class: reference; one version of a policy; department_id: whose, zero for the platform; parent_id: the version before; lookup: which policy of whom, while it is in force';
