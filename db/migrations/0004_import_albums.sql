-- What an import means for the catalogue: the albums its entries speak of, and what is sure about whose songs they are.

-- One row per album of a planned import.
create table import_albums (
  import_id uuid not null references imports on delete cascade,
  -- The album's id when it is known, else its Spotify id, else its key.
  ref text collate "C" not null,
  -- In the order of the file.
  ordinal integer not null,
  album_id uuid references albums on delete set null,
  spotify_id text,
  album_key text collate "C" not null,
  artist_name text not null,
  title text not null,
  artist_spotify_id text,
  artist_credit text,
  release_date date,
  release_date_precision text,
  album_type text,
  total_tracks integer,
  added_at timestamptz,
  -- How the import knows it.
  saved boolean not null,
  liked_tracks integer not null,
  playlists integer not null,
  -- The first of the playlists, numbered as in the entries.
  first_list integer,
  -- What applying does: enters the library, is there already, stays ignored, or is only put on record.
  outcome text not null check (outcome in ('new', 'known', 'ignored', 'recorded')),
  primary key (import_id, ref)
);
create unique index import_albums_ordinal on import_albums (import_id, ordinal);
create index import_albums_key on import_albums (import_id, album_key);

-- The album each entry speaks of. A table of its own: decided anew when the import is applied.
create table import_refs (
  import_id uuid not null,
  position integer not null,
  ref text collate "C" not null,
  primary key (import_id, position)
);

drop index import_entries_key;
alter table import_entries rename column parent to list;
comment on column import_entries.list is 'Numbers the playlists of one import; on the playlist and on its tracks.';
alter table import_entries
  add column track_spotify_id text,
  add column track_key text collate "C",
  -- Of a playlist: what tells it from the others of the user.
  add column source_key text,
  drop column album_id;

-- Instead of foreign keys, which would look for the import once per row: hundreds of thousands of times.
alter table import_entries drop constraint import_entries_import_id_fkey;
create function forget_import() returns trigger language plpgsql as $$
begin
  delete from import_entries where import_id = old.id;
  delete from import_refs where import_id = old.id;
  return null;
end $$;
create trigger imports_deleted after delete on imports for each row execute function forget_import();

-- How far applying has come, written together with what was applied.
alter table imports
  add column phase text,
  add column phase_position integer not null default 0;

-- Which Spotify album a Spotify track belongs to, as told by any file that names both. Exports name only the track.
create table spotify_track_albums (
  track_id text collate "C" primary key,
  album_id text collate "C" not null
);

-- Put on its album by artist and title alone; better knowledge moves it.
alter table tracks add column album_guessed boolean not null default false;
alter table playlist_tracks add column album_guessed boolean not null default false;

-- The doors a liked song came through, so that each door's entry of the album can be told.
alter table liked_tracks add column doors text[] not null default '{}';
