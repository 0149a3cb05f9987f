-- A trigger for each statement fires for statements that change no row, too: the workers' own looking around
-- woke them again, a thousand times a second. What becomes running concerns nobody else unless it is cancelled.
drop trigger jobs_ready on jobs;
create trigger jobs_ready after insert or update of status, run_at, cancel_requested_at on jobs
  for each row when (new.status <> 'running' or new.cancel_requested_at is not null)
  execute function announce_ready_jobs();
