-- What each account holds at Spotify, as it was listed last: tells what is new there, what came back, what went.
create table spotify_items (
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('album', 'track', 'playlist')),
  -- Spotify's id, or the address of a file of one's own.
  spotify_id text collate "C" not null,
  added_at timestamptz,
  -- The reading that met it last.
  pass uuid not null,
  primary key (user_id, kind, spotify_id)
);

-- How it stands with each of the three lists of an account.
create table spotify_sections (
  user_id uuid not null references users on delete cascade,
  section text not null check (section in ('albums', 'tracks', 'playlists')),
  -- As Spotify counted when it was read last. Null: it changed meanwhile, so all of it is read again.
  total integer,
  -- When it was read to its end.
  full_at timestamptz,
  -- Why Spotify does not show it.
  trouble text,
  primary key (user_id, section)
);

-- Of playlists that are read from the account; snapshot_id is the state its songs here are of.
alter table playlists
  add column listed_snapshot_id text,
  add column listed_total integer,
  add column owner_name text,
  add column unreadable_reason text,
  add column read_at timestamptz;

insert into schedules (name, kind, cron, enabled) values ('spotify_sync', 'spotify_sync', '0 4 * * *', false);
