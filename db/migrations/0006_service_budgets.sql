-- When the next request to an outside service may be sent, by all programs on this database together, and until
-- when the service wants none. The key is the service, with an account where accounts have budgets of their own.
create table rate_budgets (
  key text primary key,
  next_at timestamptz not null default now(),
  -- A person waits for an answer: until then bulk work stands back.
  urgent_until timestamptz,
  blocked_until timestamptz,
  blocked_reason text,
  -- Refusals since the last answer; without a time of its own a pause grows with them.
  refusals integer not null default 0,
  updated_at timestamptz not null default now()
);

-- What the last requests to an outside service came to, for people.
create table service_health (
  name text primary key,
  state text not null check (state in ('ok', 'failing', 'open')),
  message text,
  open_until timestamptz,
  changed_at timestamptz not null default now()
);
