-- When a file's album and track were last looked for: tracks that come later are looked through again.
alter table local_files add column settled_at timestamptz not null default '-infinity';
