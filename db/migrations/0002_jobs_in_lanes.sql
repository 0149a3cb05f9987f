-- Set by the claim: this kind runs one at a time, over all workers.
alter table jobs add alone boolean not null default false;
create unique index jobs_alone on jobs (job_type) where status = 'running' and alone;

-- Two audiences. 'jobs' carries the id of a job that looks different to people now; 'jobs_ready' tells workers
-- that there may be something to claim or to cancel. Progress is for the first only, heartbeats for neither.
drop trigger jobs_changed on jobs;
create trigger jobs_changed
  after insert or update of status, progress, processed_items, total_items, message, run_at, cancel_requested_at
  on jobs for each row execute function announce_job_change();

create function announce_ready_jobs() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs_ready', '');
  return null;
end $$;
create trigger jobs_ready after insert or update of status, run_at, cancel_requested_at on jobs
  for each statement execute function announce_ready_jobs();
