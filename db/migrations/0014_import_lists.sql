-- Playlists are applied twenty at a time; each time the whole import was gone through once per list.
create index import_entries_list on import_entries (import_id, list) where list is not null;
