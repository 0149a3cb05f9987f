-- By which names albums are found: their own, and those of the albums that became part of them.
create view album_names as
  select id, match_key, created_at from albums
  union all
  select album_id, match_key, merged_at from album_merges;
