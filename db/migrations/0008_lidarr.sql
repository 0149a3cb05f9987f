-- What Lidarr has and does, as it said last: pages read this and never wait for Lidarr.

create table lidarr_artists (
  -- Lidarr's own number. A Lidarr that is installed anew gives others.
  id integer primary key,
  musicbrainz_id uuid not null,
  name text not null,
  monitored boolean not null,
  monitor_new_items text,
  path text,
  seen_at timestamptz not null default now()
);
create index lidarr_artists_musicbrainz on lidarr_artists (musicbrainz_id);

create table lidarr_albums (
  id integer primary key,
  artist_id integer not null,
  release_group_id uuid not null unique,
  -- The one it had before MusicBrainz merged it into another.
  former_release_group_id uuid,
  title text not null,
  monitored boolean not null,
  track_count integer not null default 0,
  track_file_count integer not null default 0,
  seen_at timestamptz not null default now()
);
create index lidarr_albums_artist on lidarr_albums (artist_id);
create index lidarr_albums_former on lidarr_albums (former_release_group_id);

-- Files of our albums that Lidarr says it has, whether we can see them or not.
create table lidarr_files (
  album_id uuid primary key references albums on delete cascade,
  files integer not null check (files >= 0),
  tracks integer not null check (tracks >= 0),
  -- As Lidarr sees it, and below the music folder when it lies there.
  path text,
  local_path text,
  -- It lies in our music folder, and a scan found nothing there.
  missing_since timestamptz,
  updated_at timestamptz not null default now()
);

-- One row for each time an album was asked for or grabbed.
create table lidarr_downloads (
  id uuid primary key default gen_random_uuid(),
  album_id uuid not null references albums on delete cascade,
  lidarr_album_id integer,
  -- Lidarr's id of the download; null until something is grabbed.
  download_id text,
  status text not null default 'pending'
    check (status in ('pending', 'searching', 'downloading', 'completed', 'failed', 'cancelled')),
  quality_profile text,
  estimated_completion_at timestamptz,

  -- Handing over: what is done is remembered, so that an interruption repeats nothing.
  batch uuid,
  requested_by uuid references users on delete set null,
  step text not null default 'done' check (step in ('add', 'refresh', 'search', 'confirm', 'done')),
  -- Whether Lidarr wanted the album before we asked; undoing changes only what was not so before.
  was_monitored boolean,
  search_asked_at timestamptz,
  command_id integer,
  searched_at timestamptz,
  undo_asked_at timestamptz,
  undone_at timestamptz,
  next_try_at timestamptz not null default now(),
  tries integer not null default 0,

  -- Following.
  release_title text,
  quality text,
  size bigint,
  size_left bigint,
  stage text check (stage in ('waiting', 'downloading', 'importing', 'attention', 'stalled')),
  -- What Lidarr says about it, in its own words, or why nothing comes.
  message text,
  missing_since timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index lidarr_downloads_grab on lidarr_downloads (album_id, download_id) where download_id is not null;
-- Asked for once at a time.
create unique index lidarr_downloads_open on lidarr_downloads (album_id)
  where download_id is null and status in ('pending', 'searching');
create index lidarr_downloads_album_id on lidarr_downloads (album_id);
create index lidarr_downloads_status on lidarr_downloads (status);
create index lidarr_downloads_download on lidarr_downloads (download_id);
create index lidarr_downloads_batch on lidarr_downloads (batch);
create index lidarr_downloads_due on lidarr_downloads (next_try_at) where step <> 'done';

-- Lidarr's queue at the last look.
create table lidarr_queue (
  position integer primary key,
  album_id uuid references albums on delete cascade,
  lidarr_album_id integer,
  release_group_id uuid,
  download_id text,
  title text not null,
  album_title text,
  artist_name text,
  quality text,
  size bigint not null,
  size_left bigint not null,
  estimated_completion_at timestamptz,
  stage text not null,
  message text,
  download_client text
);

-- One row: how far we have listened, and what Lidarr said about itself.
create table lidarr_state (
  single boolean primary key default true check (single),
  version text,
  instance_name text,
  notification_id integer,
  -- History up to here is known.
  history_at timestamptz,
  polled_at timestamptz,
  mirrored_at timestamptz,
  last_event_at timestamptz,
  -- Per check of Lidarr's own health its message.
  health jsonb not null default '{}',
  -- Since when it does not answer, and why.
  failing_since timestamptz,
  failure text
);
insert into lidarr_state default values;

-- Albums that somebody is about to hand to Lidarr, until it is confirmed.
create table lidarr_plans (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  album_ids uuid[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '1 day'
);

-- What other programs tell us: stored first, then worked on. Copies of one delivery count once.
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  fingerprint text not null unique,
  event_type text not null,
  -- The parts we understand.
  event jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'done', 'ignored', 'failed')),
  -- What came of it, in a sentence.
  outcome text,
  copies integer not null default 1,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);
create index webhook_deliveries_pending on webhook_deliveries (id) where status = 'pending';
create index webhook_deliveries_download on webhook_deliveries ((event ->> 'downloadId'), event_type);
