-- Whether albums and ownership follow what the row says. A scan that is interrupted leaves the rest to the next.
alter table local_files add column settled boolean not null default false;
-- The album the file belonged to before its tags said something else: it has to be decided again too.
alter table local_files add column former_album_id uuid references albums on delete set null;
create index local_files_unsettled on local_files (folder) where not settled;
create index local_files_former_album on local_files (former_album_id) where former_album_id is not null;
