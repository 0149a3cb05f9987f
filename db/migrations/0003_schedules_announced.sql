create function announce_schedule_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('schedules', '');
  return null;
end $$;
create trigger schedules_changed after insert or update or delete on schedules
  for each statement execute function announce_schedule_change();

insert into schedules (name, kind, cron) values ('clear_out', 'prune', '30 3 * * *');
