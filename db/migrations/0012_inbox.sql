-- The inbox counts and lists what waits for a person, and Undo looks for what a person did last.
create index albums_waiting on albums (sort_artist, sort_title, id)
  where match_status in ('manual_review', 'no_match') and not match_locked and ignored_at is null and in_library;
create index album_events_user on album_events (user_id, id desc) where user_id is not null;
