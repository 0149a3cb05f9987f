-- What MusicBrainz says about the release group an album was matched to. Fetched when somebody looks at the album,
-- and slowly by night: matching itself never waits for it.
create table release_group_details (
  album_id uuid primary key references albums on delete cascade,
  release_group_id uuid not null,
  primary_type text,
  secondary_types text[] not null default '{}',
  -- The addresses that were stored as external ids of the album.
  links text[] not null default '{}',
  -- The edition whose track list was taken, and how many tracks it has.
  release_id uuid,
  release_tracks integer check (release_tracks > 0),
  -- What the album's other sources had said: {release_date, release_date_precision, album_type, genres}
  replaced jsonb not null,
  fetched_at timestamptz not null default now()
);

-- With another match, or none, the album is again what its other sources say. A trigger, because a wrong date would
-- otherwise speak for the wrong match the next time.
create function forget_release_group() returns trigger language plpgsql as $$
declare
  forgotten release_group_details;
begin
  delete from release_group_details where album_id = old.id returning * into forgotten;
  if not found then
    return new;
  end if;
  new.release_date := (forgotten.replaced->>'release_date')::date;
  new.release_date_precision := forgotten.replaced->>'release_date_precision';
  new.album_type := forgotten.replaced->>'album_type';
  new.genres := array(select jsonb_array_elements_text(forgotten.replaced->'genres'));
  delete from album_external_ids where album_id = old.id and value = any(forgotten.links);
  delete from tracks t where t.album_id = old.id and t.spotify_id is null and t.musicbrainz_id is not null
    and not exists (select from liked_tracks l where l.track_id = t.id)
    and not exists (select from playlist_tracks p where p.track_id = t.id);
  -- What is missing is to be counted again.
  update local_files set settled = false where album_id = old.id;
  return new;
end $$;
create trigger albums_matched_anew before update of musicbrainz_release_group_id on albums for each row
  when (old.musicbrainz_release_group_id is distinct from new.musicbrainz_release_group_id)
  execute function forget_release_group();

insert into schedules (name, kind, cron) values ('describe_albums', 'album_details_sweep', '10 2 * * *');
