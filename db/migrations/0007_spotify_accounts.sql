-- A person's account at Spotify, connected by their consent to the household's app.
create table spotify_accounts (
  user_id uuid primary key references users on delete cascade,
  -- How playlists name their owner; null until Spotify has told.
  spotify_id text,
  -- The id that stays when people rename themselves; not every app is told.
  account_id text,
  display_name text,
  -- The app the consent was given to: its tokens are no good for another.
  client_id text not null,
  scope text not null,
  -- Sealed. Null once Spotify has refused them.
  access_token text,
  refresh_token text,
  access_expires_at timestamptz,
  -- When the person consented; six months later it is over.
  authorized_at timestamptz not null,
  -- Why the person has to connect again.
  reconnect_reason text,
  -- What Spotify refuses for the whole account, in words.
  trouble text,
  last_synced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((refresh_token is null) = (reconnect_reason is not null))
);

-- Consents under way. Used ones are kept until they expire, so that a replay can be told from a guess.
create table spotify_authorizations (
  -- SHA-256 of the state that travels through the browser.
  state_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  -- The session or token that asked; nobody else may finish.
  credential uuid not null,
  -- Sealed.
  code_verifier text not null,
  client_id text not null,
  redirect_uri text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index spotify_authorizations_expiry on spotify_authorizations (expires_at);
