-- What MusicBrainz answered about an album that is not decided yet, by stage: an interrupted search goes on here.
create table match_answers (
  album_id uuid not null references albums on delete cascade,
  stage text not null,
  answer jsonb not null,
  answered_at timestamptz not null default clock_timestamp(),
  primary key (album_id, stage)
);

-- Searches that found nothing, and when the next one is due.
alter table albums
  add column match_attempts integer not null default 0,
  add column next_match_at timestamptz;
create index albums_open_match on albums (added_at desc, id)
  where in_library and match_status in ('pending', 'no_match') and not match_locked;

insert into schedules (name, kind, cron) values ('match', 'musicbrainz_match', '30 4 * * *');
