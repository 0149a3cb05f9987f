create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Accounts ----------------------------------------------------------------------------------------------------

create table users (
  id uuid primary key default gen_random_uuid(),
  username text not null check (length(username) between 1 and 100),
  password_hash text not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_username on users (lower(username));

-- One row per sign-in: a cookie (token_hash is its SHA-256) or a JWT (id is its jti).
create table sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('cookie', 'jwt')),
  token_hash bytea unique,
  csrf_token text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table api_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  name text not null check (length(name) between 1 and 100),
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index api_tokens_user on api_tokens (user_id);

-- What a login try or a request costs is counted here, so that limits hold across restarts and instances.
create unlogged table rate_limits (
  key text primary key,
  points integer not null,
  expires_at timestamptz not null
);

-- What the settings pages store. Secrets are stored encrypted inside value.
create table settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- The catalogue -----------------------------------------------------------------------------------------------

create table artists (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- The normalised name (db/normalise.ts): artists of one key are one row until ids say otherwise.
  match_key text collate "C" not null,
  sort_name text collate "C" not null,
  spotify_id text unique,
  musicbrainz_id uuid unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index artists_match_key on artists (match_key) where spotify_id is null and musicbrainz_id is null;
create index artists_key on artists (match_key);

create table albums (
  id uuid primary key default gen_random_uuid(),
  title text not null,
  artist_id uuid not null references artists,
  -- The credit as printed on this album ("A & B"); the artist's name when there is only one.
  artist_credit text not null,

  spotify_id text unique,
  musicbrainz_release_group_id uuid unique,

  release_date date,
  release_date_precision text check (release_date_precision in ('year', 'month', 'day')),
  album_type text check (album_type in ('album', 'single', 'ep', 'compilation', 'live', 'soundtrack', 'other')),
  total_tracks integer check (total_tracks > 0),
  genres text[] not null default '{}',

  cover_art_url text,
  -- SHA-256 (hex, first 16) of the cached original cover below DATA_DIR; part of the cover's address.
  cover_hash text,
  -- The cover's own colour as "#rrggbb", for the shelf.
  cover_tone text check (cover_tone ~ '^#[0-9a-f]{6}$'),
  cover_checked_at timestamptz,

  ownership_status text not null default 'not_owned'
    check (ownership_status in ('not_owned', 'partial', 'owned', 'downloading')),
  -- A person decided ownership_status; scans leave it alone.
  ownership_locked boolean not null default false,
  owned_tracks integer not null default 0 check (owned_tracks >= 0),
  -- How many tracks the decision counted with; null when nothing is known.
  expected_tracks integer check (expected_tracks > 0),
  owned_at timestamptz,
  acquisition_source text check (acquisition_source in ('bandcamp', 'physical', 'lidarr', 'other', 'unknown')),
  acquisition_medium text check (acquisition_medium in ('cd', 'vinyl', 'cassette', 'download')),
  -- Relative to the music folder.
  local_path text,
  wanted_at timestamptz,
  ignored_at timestamptz,

  match_status text not null default 'pending'
    check (match_status in ('pending', 'matched', 'manual_review', 'no_match')),
  match_score integer check (match_score between 0 and 100),
  match_locked boolean not null default false,
  matched_at timestamptz,

  -- Saved, liked, added by hand or found on disk. False: known from playlists only.
  in_library boolean not null default false,
  added_at timestamptz not null default now(),
  -- Plays of 30 seconds and more, all users together.
  play_count integer not null default 0,

  -- Normalised forms, written by db/normalise.ts whenever title or artist change.
  match_key text collate "C" not null,
  sort_title text collate "C" not null,
  sort_artist text collate "C" not null,
  search_text text not null,

  release_year integer generated always as (extract(year from release_date)::integer) stored,
  sort_year integer not null generated always as (coalesce(extract(year from release_date)::integer, 0)) stored,
  -- The state people see, in the order of precedence of the design.
  state text not null generated always as (
    case
      when ignored_at is not null then 'ignored'
      when ownership_status = 'downloading' then 'downloading'
      when match_status in ('manual_review', 'no_match') and not match_locked then 'needs_match'
      when ownership_status = 'owned' then 'owned'
      when ownership_status = 'partial' then 'partial'
      when wanted_at is not null then 'wanted'
      else 'not_owned'
    end) stored,

  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_synced_at timestamptz
);
create index albums_artist on albums (artist_id);
create index albums_match_key on albums (match_key);
create index albums_match_status on albums (match_status);
create index albums_search on albums using gin (search_text gin_trgm_ops);
create index albums_genres on albums using gin (genres);
-- Keyset paging of the grid: one index per order, all columns in one direction, read backwards for the other.
create index albums_by_added on albums (added_at, id) where in_library;
create index albums_by_title on albums (sort_title, id) where in_library;
create index albums_by_artist on albums (sort_artist, sort_year, sort_title, id) where in_library;
create index albums_by_year on albums (sort_year, sort_title, id) where in_library;
create index albums_by_updated on albums (updated_at, id) where in_library;
create index albums_by_plays on albums (play_count, sort_title, id) where in_library;
create index albums_state on albums (state, in_library);

-- The narrow copy that counting goes through: reading `albums` itself for a search of one letter would touch
-- ten times the pages. Kept in step by the trigger below.
create table album_search (
  album_id uuid primary key references albums on delete cascade,
  in_library boolean not null,
  state text not null,
  search_text text not null
);
create index album_search_text on album_search using gin (search_text gin_trgm_ops);

create function copy_album_search() returns trigger language plpgsql as $$
begin
  insert into album_search (album_id, in_library, state, search_text)
  values (new.id, new.in_library, new.state, new.search_text)
  on conflict (album_id) do update
    set in_library = excluded.in_library, state = excluded.state, search_text = excluded.search_text;
  return null;
end $$;
create trigger albums_inserted after insert on albums for each row execute function copy_album_search();
create trigger albums_search_changed after update on albums for each row
  when (old.state is distinct from new.state or old.in_library is distinct from new.in_library
    or old.search_text is distinct from new.search_text)
  execute function copy_album_search();

create table album_external_ids (
  album_id uuid not null references albums on delete cascade,
  kind text not null
    check (kind in ('spotify', 'barcode', 'musicbrainz_release', 'lidarr', 'bandcamp_url', 'purchase_url', 'stream_url')),
  value text not null,
  created_at timestamptz not null default now(),
  primary key (kind, value)
);
create index album_external_ids_album on album_external_ids (album_id);

create table tracks (
  id uuid primary key default gen_random_uuid(),
  album_id uuid not null references albums on delete cascade,
  title text not null,
  -- The normalised title, to recognise the track in files and other doors.
  match_key text not null,
  -- Null when only the title is known (an export's liked song).
  track_number integer check (track_number > 0),
  disc_number integer not null default 1 check (disc_number > 0),
  duration_ms integer check (duration_ms >= 0),
  spotify_id text unique,
  musicbrainz_id uuid,
  isrc text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index tracks_album on tracks (album_id);

-- Who wants what, and how we know ------------------------------------------------------------------------------

create table imports (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  -- The door: privacy export, CSV, the account itself.
  source text not null check (source in ('export', 'csv', 'spotify')),
  filename text not null,
  status text not null default 'planned' check (status in ('planned', 'applying', 'applied', 'discarded')),
  -- {new_albums, known_albums, new_artists, liked_tracks, playlists, plays, skipped: [{reason, count}]}
  plan jsonb not null,
  job_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  applied_at timestamptz
);
create index imports_user on imports (user_id, created_at desc);

-- What was read from the file, kept until the plan is applied, discarded or expired.
create table import_entries (
  import_id uuid not null references imports on delete cascade,
  position integer not null,
  kind text not null check (kind in ('saved_album', 'liked_track', 'playlist', 'playlist_track', 'play')),
  -- For playlist_track: the position of its playlist row.
  parent integer,
  artist_name text,
  album_title text,
  album_spotify_id text,
  artist_spotify_id text,
  -- normalised artist + title of the album, null for what has no album
  album_key text collate "C",
  track_title text,
  track_uri text,
  -- everything else: {track_number, disc_number, duration_ms, isrc, release_date, album_credit, item_kind, …}
  detail jsonb not null default '{}',
  added_at timestamptz,
  -- The album this entry belongs to, decided when it is applied.
  album_id uuid references albums on delete set null,
  primary key (import_id, position)
);
create index import_entries_key on import_entries (import_id, album_key);

create table library_entries (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  album_id uuid not null references albums on delete cascade,
  source text not null check (source in ('saved_album', 'liked_tracks', 'playlist', 'export', 'csv', 'manual')),
  -- Through which door it came.
  door text not null check (door in ('spotify', 'export', 'csv', 'manual')),
  liked_track_count integer not null default 0,
  added_at timestamptz,
  removed_at timestamptz,
  import_id uuid references imports on delete set null,
  created_at timestamptz not null default now(),
  unique (album_id, user_id, source, door)
);
create index library_entries_user on library_entries (user_id);

-- One row per liked song: the same song from two doors counts once.
create table liked_tracks (
  user_id uuid not null references users on delete cascade,
  track_id uuid not null references tracks on delete cascade,
  added_at timestamptz,
  removed_at timestamptz,
  primary key (user_id, track_id)
);
create index liked_tracks_track on liked_tracks (track_id);

create table playlists (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  name text not null,
  description text,
  spotify_id text,
  -- Tells lists without an id apart: door and normalised name, numbered when a name occurs twice.
  source_key text not null,
  door text not null check (door in ('spotify', 'export', 'csv')),
  snapshot_id text,
  modified_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, source_key)
);
create unique index playlists_spotify on playlists (user_id, spotify_id) where spotify_id is not null;

create table playlist_tracks (
  playlist_id uuid not null references playlists on delete cascade,
  position integer not null check (position >= 0),
  item_kind text not null check (item_kind in ('track', 'episode', 'audiobook', 'local_file', 'removed')),
  track_id uuid references tracks on delete set null,
  album_id uuid references albums on delete set null,
  title text not null,
  artist_name text,
  album_title text,
  uri text,
  added_at timestamptz,
  primary key (playlist_id, position)
);
create index playlist_tracks_album on playlist_tracks (album_id);
create index playlist_tracks_track on playlist_tracks (track_id);

-- The extended streaming history, one row per play.
create table plays (
  user_id uuid not null references users on delete cascade,
  played_at timestamptz not null,
  track_uri text not null,
  ms_played integer not null,
  album_key text collate "C" not null,
  artist_name text not null,
  album_title text not null,
  track_title text,
  primary key (user_id, played_at, track_uri)
);
create index plays_album on plays (album_key);

-- Files --------------------------------------------------------------------------------------------------------

create table local_files (
  id uuid primary key default gen_random_uuid(),
  -- Relative to the music folder, '/' between parts. Bytes that are not UTF-8 are written as %XX.
  path text not null unique,
  folder text not null,
  size bigint not null,
  mtime_ns bigint not null,
  inode bigint,
  container text,
  codec text,
  lossless boolean,
  sample_rate integer,
  bits_per_sample integer,
  bitrate integer,
  duration_ms integer,
  has_cover boolean not null default false,
  title text,
  artist text,
  album text,
  album_artist text,
  track_number integer,
  track_total integer,
  disc_number integer,
  disc_total integer,
  year integer,
  genres text[] not null default '{}',
  compilation boolean,
  barcode text,
  isrc text,
  musicbrainz_release_group_id uuid,
  musicbrainz_release_id uuid,
  musicbrainz_recording_id uuid,
  musicbrainz_track_id uuid,
  musicbrainz_album_artist_ids uuid[] not null default '{}',
  album_id uuid references albums on delete set null,
  track_id uuid references tracks on delete set null,
  -- Why the file does not count: corrupt, empty, too slow, unreadable, …
  quarantined_reason text,
  missing_since timestamptz,
  scanned_at timestamptz not null default now()
);
create index local_files_album on local_files (album_id);
create index local_files_folder on local_files (folder);
create index local_files_track on local_files (track_id);

-- Folders or files a scan could not use, replaced by every scan that meets them.
create table scan_problems (
  path text primary key,
  reason text not null,
  found_at timestamptz not null default now()
);

-- Work ---------------------------------------------------------------------------------------------------------

create table jobs (
  id uuid primary key default gen_random_uuid(),
  job_type text not null,
  status text not null default 'pending'
    check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  entity_id uuid,
  payload jsonb not null default '{}',
  unique_key text,
  priority integer not null default 0,
  progress integer not null default 0 check (progress between 0 and 100),
  total_items integer,
  processed_items integer not null default 0,
  -- One sentence about what it does right now.
  message text,
  -- Where a long job goes on after an interruption.
  checkpoint jsonb,
  result jsonb,
  error_message text,
  error_code text,
  -- Claims so far: the fencing token. Only the claim with this number may settle the job.
  attempt integer not null default 0,
  failures integer not null default 0,
  -- Interruptions since the last progress.
  interruptions integer not null default 0,
  max_attempts integer not null default 3,
  run_at timestamptz not null default now(),
  locked_until timestamptz,
  worker_id text,
  cancel_requested_at timestamptz,
  cancelled_at timestamptz,
  requested_by uuid references users on delete set null,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index jobs_unique_key on jobs (unique_key) where status in ('pending', 'running');
create index jobs_ready on jobs (priority desc, run_at) where status = 'pending';
create index jobs_running on jobs (locked_until) where status = 'running';
create index jobs_recent on jobs (created_at desc, id);
create index jobs_type on jobs (job_type, created_at desc);

create table schedules (
  name text primary key,
  kind text not null,
  payload jsonb not null default '{}',
  cron text not null,
  enabled boolean not null default true,
  last_run_at timestamptz,
  next_run_at timestamptz,
  updated_at timestamptz not null default now()
);
insert into schedules (name, kind, cron) values ('library_scan', 'filesystem_scan', '0 2 * * *');

-- Append-only: what happened to an album, by whom, and how to undo it.
create table album_events (
  id bigint generated always as identity primary key,
  album_id uuid not null references albums on delete cascade,
  -- Null: the program itself.
  user_id uuid references users on delete set null,
  kind text not null,
  before jsonb not null default '{}',
  after jsonb not null default '{}',
  undone_by bigint references album_events,
  -- Changes made with one click share it, so that one Undo takes them all back.
  batch uuid,
  created_at timestamptz not null default now()
);
create index album_events_album on album_events (album_id, id desc);
create index album_events_batch on album_events (batch) where batch is not null;

create table cache (
  key text primary key,
  value jsonb not null,
  expires_at timestamptz
);
create index cache_expiry on cache (expires_at);

-- Readers keep counts and the shelf in memory until the catalogue changes; this tells them when.
create function announce_catalogue_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('catalogue', '');
  return null;
end $$;
create trigger albums_changed after insert or update or delete on albums
  for each statement execute function announce_catalogue_change();

create function announce_job_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs', new.id::text);
  return null;
end $$;
create trigger jobs_changed after insert or update on jobs
  for each row execute function announce_job_change();
