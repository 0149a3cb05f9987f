-- Root folders and profiles of Lidarr at the last test: the settings page does not wait for Lidarr to offer them.
alter table lidarr_state add column choices jsonb;
