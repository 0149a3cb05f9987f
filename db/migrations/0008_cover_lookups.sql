-- The place a cover is from: a picture beside the files stands before the archive's, that before Spotify's.
alter table albums add column cover_source text
  check (cover_source in ('local', 'release_group', 'release', 'spotify'));
update albums set cover_source = 'local' where cover_hash is not null;

-- What was asked outside, so that a cover that is missing is asked for again after 7, 30 and 90 days only.
create table cover_lookups (
  album_id uuid primary key references albums on delete cascade,
  -- What was asked about. When the album gets another one, it is asked at once.
  release_group_id uuid,
  image_url text,
  -- How often in a row the archive had none; 0 when there is nothing to ask again.
  misses integer not null check (misses >= 0),
  next_at timestamptz check ((next_at is null) = (misses = 0)),
  looked_at timestamptz not null default now()
);

insert into schedules (name, kind, cron) values ('fetch_covers', 'cover_art_fetch', '40 4 * * *');
